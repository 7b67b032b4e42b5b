/* Thin wrappers of the socket calls, one function a call. Every socket is non-blocking and closed on exec. */
#include "native.h"

#include <errno.h>
#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* socket(domain, type, protocol) -> fd */
napi_value native_socket(napi_env env, napi_callback_info info) {
  napi_value argument[3];
  int domain, type, protocol;
  if (!read_arguments(env, info, 3, argument) || !read_int(env, argument[0], "domain", &domain) ||
      !read_int(env, argument[1], "type", &type) || !read_int(env, argument[2], "protocol", &protocol)) {
    return NULL;
  }
  int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) {
    throw_system_error(env, errno, "socket");
    return NULL;
  }
  return make_int(env, fd);
}

/* close(fd): only for a socket that was not given to poll(), which owns the one it has. */
napi_value native_close(napi_env env, napi_callback_info info) {
  napi_value argument[1];
  int fd;
  if (!read_arguments(env, info, 1, argument) || !read_fd(env, argument[0], &fd)) return NULL;
  if (close(fd) < 0) throw_system_error(env, errno, "close");
  return NULL;
}

/* bind(fd, address): address is a struct sockaddr of any family. */
napi_value native_bind(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  int fd;
  struct bytes address;
  if (!read_arguments(env, info, 2, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "address", &address)) {
    return NULL;
  }
  if (bind(fd, (const struct sockaddr *)address.data, (socklen_t)address.length) < 0) {
    throw_system_error(env, errno, "bind");
  }
  return NULL;
}

/* setsockopt(fd, level, option, value): value is an integer or the bytes of a struct. */
napi_value native_setsockopt(napi_env env, napi_callback_info info) {
  napi_value argument[4];
  int fd, level, option, number;
  struct bytes value = {(uint8_t *)&number, sizeof number};
  if (!read_arguments(env, info, 4, argument) || !read_fd(env, argument[0], &fd) ||
      !read_int(env, argument[1], "level", &level) || !read_int(env, argument[2], "option", &option)) {
    return NULL;
  }
  bool valid = is_number(env, argument[3]) ? read_int(env, argument[3], "value", &number)
                                           : read_bytes(env, argument[3], "value", &value);
  if (!valid) return NULL;
  if (setsockopt(fd, level, option, value.data, (socklen_t)value.length) < 0) {
    throw_system_error(env, errno, "setsockopt");
  }
  return NULL;
}

/* getsockopt(fd, level, option, buffer) -> bytes written to buffer */
napi_value native_getsockopt(napi_env env, napi_callback_info info) {
  napi_value argument[4];
  int fd, level, option;
  struct bytes buffer;
  if (!read_arguments(env, info, 4, argument) || !read_fd(env, argument[0], &fd) ||
      !read_int(env, argument[1], "level", &level) || !read_int(env, argument[2], "option", &option) ||
      !read_bytes(env, argument[3], "buffer", &buffer)) {
    return NULL;
  }
  socklen_t length = (socklen_t)buffer.length;
  if (getsockopt(fd, level, option, buffer.data, &length) < 0) {
    throw_system_error(env, errno, "getsockopt");
    return NULL;
  }
  return make_int(env, length);
}

/* attachFilter(fd, program): program is an array of struct sock_filter, which setsockopt cannot take because the
 * option's value holds a pointer. */
napi_value native_attach_filter(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  int fd;
  struct bytes program;
  if (!read_arguments(env, info, 2, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "program", &program)) {
    return NULL;
  }
  if (program.length % sizeof(struct sock_filter) != 0 || program.length / sizeof(struct sock_filter) > BPF_MAXINSNS) {
    throw_type_error(env, "program", "1 to 4096 instructions of 8 bytes");
    return NULL;
  }
  /* The kernel copies the program byte by byte, so the array need not be aligned. */
  struct sock_fprog filter = {
      .len = (unsigned short)(program.length / sizeof(struct sock_filter)),
      .filter = (struct sock_filter *)(void *)program.data,
  };
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0) {
    throw_system_error(env, errno, "setsockopt");
  }
  return NULL;
}

/* send(fd, data): to where the socket is bound or connected. */
napi_value native_send(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  int fd;
  struct bytes data;
  if (!read_arguments(env, info, 2, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "data", &data)) {
    return NULL;
  }
  if (send(fd, data.data, data.length, MSG_NOSIGNAL) < 0) throw_system_error(env, errno, "send");
  return NULL;
}

/* sendto(fd, data, address): address is a struct sockaddr of the socket's family. */
napi_value native_sendto(napi_env env, napi_callback_info info) {
  napi_value argument[3];
  int fd;
  struct bytes data, address;
  if (!read_arguments(env, info, 3, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "data", &data) || !read_bytes(env, argument[2], "address", &address)) {
    return NULL;
  }
  if (sendto(fd, data.data, data.length, MSG_NOSIGNAL, (const struct sockaddr *)address.data,
             (socklen_t)address.length) < 0) {
    throw_system_error(env, errno, "sendto");
  }
  return NULL;
}

/* recv(fd, buffer) -> length of the message, greater than the buffer's when it was cut; -1 when there is none. An empty
 * queue is the normal end of a batch, so it is no exception. */
napi_value native_recv(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  int fd;
  struct bytes buffer;
  if (!read_arguments(env, info, 2, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "buffer", &buffer)) {
    return NULL;
  }
  ssize_t length = recv(fd, buffer.data, buffer.length, MSG_TRUNC);
  if (length < 0 && errno != EAGAIN) {
    throw_system_error(env, errno, "recv");
    return NULL;
  }
  return make_int(env, length);
}

/* recvmsg(fd, buffer, address, control) -> as recv; fills address with the sender's struct sockaddr and control with the
 * struct cmsghdr that came along. What the kernel leaves of both is zero, so that a reader finds their ends: no control
 * message has the length 0. */
napi_value native_recvmsg(napi_env env, napi_callback_info info) {
  napi_value argument[4];
  int fd;
  struct bytes buffer, address, control;
  if (!read_arguments(env, info, 4, argument) || !read_fd(env, argument[0], &fd) ||
      !read_bytes(env, argument[1], "buffer", &buffer) || !read_bytes(env, argument[2], "address", &address) ||
      !read_bytes(env, argument[3], "control", &control)) {
    return NULL;
  }
  struct iovec vector = {.iov_base = buffer.data, .iov_len = buffer.length};
  struct msghdr message = {
      .msg_name = address.data,
      .msg_namelen = (socklen_t)address.length,
      .msg_iov = &vector,
      .msg_iovlen = 1,
      .msg_control = control.data,
      .msg_controllen = control.length,
  };
  memset(address.data, 0, address.length);
  memset(control.data, 0, control.length);
  ssize_t length = recvmsg(fd, &message, MSG_TRUNC);
  if (length < 0 && errno != EAGAIN) {
    throw_system_error(env, errno, "recvmsg");
    return NULL;
  }
  return make_int(env, length);
}
