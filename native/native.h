/* What the files of the addon share: reading arguments that come from JavaScript, and throwing. */
#ifndef BERTH_NATIVE_H
#define BERTH_NATIVE_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The memory of a Uint8Array. Valid until the native function returns: JavaScript owns it. */
struct bytes {
  uint8_t *data;
  size_t length;
};

/*
 * Each reader returns false with a JavaScript exception pending when the value is not what it must be; the caller then
 * returns at once. `name` is the argument's name, for the message.
 */
bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);
bool read_int(napi_env env, napi_value value, const char *name, int *result);
bool read_fd(napi_env env, napi_value value, int *result);
bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *result);

bool is_number(napi_env env, napi_value value);
bool is_function(napi_env env, napi_value value);
napi_value make_int(napi_env env, int64_t value);

void throw_type_error(napi_env env, const char *name, const char *expected);

/* Throws an Error as Node's own system errors are: `code`, negative `errno`, `syscall`. */
void throw_system_error(napi_env env, int error_number, const char *syscall);

/* JavaScript: socket, close, bind, setsockopt, getsockopt, attachFilter, send, sendto, recv, recvmsg (socket.c) and poll (poll.c). */
napi_value native_socket(napi_env env, napi_callback_info info);
napi_value native_close(napi_env env, napi_callback_info info);
napi_value native_bind(napi_env env, napi_callback_info info);
napi_value native_setsockopt(napi_env env, napi_callback_info info);
napi_value native_getsockopt(napi_env env, napi_callback_info info);
napi_value native_attach_filter(napi_env env, napi_callback_info info);
napi_value native_send(napi_env env, napi_callback_info info);
napi_value native_sendto(napi_env env, napi_callback_info info);
napi_value native_recv(napi_env env, napi_callback_info info);
napi_value native_recvmsg(napi_env env, napi_callback_info info);
napi_value native_poll(napi_env env, napi_callback_info info);

#endif
