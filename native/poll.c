/*
 * poll(fd, onReady) -> stop
 *
 * Calls onReady() whenever the socket has something to receive, a message or an error, until stop() is called or the
 * environment (the process or a worker) ends. From then on the watch owns the socket, and closes it in both cases.
 */
#include "native.h"

#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

struct watch {
  uv_poll_t handle;
  napi_env env;
  napi_ref on_ready;
  napi_async_cleanup_hook_handle cleanup;
  int fd; /* -1 once ended */
  /* libuv until it has closed the handle, and the JavaScript function stop() until it is collected. Either may be last:
   * freeing with the first would leave the other with a dangling pointer. */
  int holders;
};

static void release(struct watch *watch) {
  if (--watch->holders == 0) free(watch);
}

static void on_stop_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
}

static void on_closed(uv_handle_t *handle) {
  struct watch *watch = handle->data;
  if (watch->cleanup != NULL) napi_remove_async_cleanup_hook(watch->cleanup);
  release(watch);
}

static void end(struct watch *watch) {
  if (watch->fd < 0) return;
  napi_delete_reference(watch->env, watch->on_ready);
  /* In this order: libuv takes the descriptor out of its epoll set before the number can be given to another file. */
  uv_close((uv_handle_t *)&watch->handle, on_closed);
  close(watch->fd);
  watch->fd = -1;
}

/*
 * The environment is going down: on worker.terminate() too, in the middle of anything. An asynchronous hook, because
 * the environment waits for it until on_closed() has removed it: after a synchronous one the loop is freed with the
 * handle still in it, which crashes. No JavaScript may run from here.
 */
static void on_environment_exit(napi_async_cleanup_hook_handle cleanup, void *data) {
  (void)cleanup;
  end(data);
}

static void call_on_ready(struct watch *watch) {
  napi_value function, global, exception;
  if (napi_get_reference_value(watch->env, watch->on_ready, &function) != napi_ok || function == NULL ||
      napi_get_global(watch->env, &global) != napi_ok) {
    return;
  }
  napi_status status = napi_make_callback(watch->env, NULL, global, function, 0, NULL, NULL);
  if (status == napi_pending_exception && napi_get_and_clear_last_exception(watch->env, &exception) == napi_ok) {
    napi_fatal_exception(watch->env, exception);
  }
}

static void on_event(uv_poll_t *handle, int status, int events) {
  (void)events;
  struct watch *watch = handle->data;
  /* A socket error (the interface went down, a netlink queue overflowed) comes as UV_EBADF, with the watch stopped. It
   * is one message of the socket like any other: recv() throws it, and what comes after it is wanted. */
  if (status < 0) uv_poll_start(handle, UV_READABLE, on_event);

  napi_handle_scope scope;
  if (napi_open_handle_scope(watch->env, &scope) != napi_ok) return;
  call_on_ready(watch);
  napi_close_handle_scope(watch->env, scope);
}

/* stop(): calling it again does nothing. */
static napi_value stop(napi_env env, napi_callback_info info) {
  void *watch;
  if (napi_get_cb_info(env, info, NULL, NULL, NULL, &watch) == napi_ok) end(watch);
  return NULL;
}

/* Starts libuv's side. On success libuv holds the watch and the watch owns the descriptor; else a libuv error code. */
static int start(struct watch *watch, int fd) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(watch->env, &loop) != napi_ok) return UV_EINVAL;
  int error = uv_poll_init(loop, &watch->handle, fd);
  if (error < 0) return error;
  watch->handle.data = watch;
  watch->holders++;
  error = uv_poll_start(&watch->handle, UV_READABLE, on_event);
  if (error < 0) {
    uv_close((uv_handle_t *)&watch->handle, on_closed);
    return error;
  }
  watch->fd = fd;
  return 0;
}

/* The function stop(), which holds the watch: JavaScript never sees a pointer that it could mix up with another. */
static napi_value make_stop(napi_env env, struct watch *watch) {
  napi_value function;
  if (napi_create_function(env, "stop", NAPI_AUTO_LENGTH, stop, watch, &function) != napi_ok ||
      napi_add_finalizer(env, function, watch, on_stop_collected, NULL, NULL) != napi_ok) {
    return NULL;
  }
  watch->holders++;
  return function;
}

napi_value native_poll(napi_env env, napi_callback_info info) {
  napi_value argument[2];
  int fd;
  if (!read_arguments(env, info, 2, argument) || !read_fd(env, argument[0], &fd)) return NULL;
  if (!is_function(env, argument[1])) {
    throw_type_error(env, "onReady", "a function");
    return NULL;
  }

  struct watch *watch = calloc(1, sizeof *watch);
  if (watch == NULL) {
    throw_system_error(env, UV_ENOMEM, "poll");
    return NULL;
  }
  watch->env = env;
  watch->fd = -1;
  watch->holders = 1; /* this function's own, until it returns */

  napi_value result = make_stop(env, watch);
  int error = result == NULL || napi_create_reference(env, argument[1], 1, &watch->on_ready) != napi_ok ? UV_ENOMEM : 0;
  if (error == 0 && (error = start(watch, fd)) == 0) {
    napi_add_async_cleanup_hook(env, on_environment_exit, watch, &watch->cleanup);
  }
  if (error < 0) {
    if (watch->on_ready != NULL) napi_delete_reference(env, watch->on_ready);
    throw_system_error(env, error, "poll");
    result = NULL;
  }
  release(watch);
  return result;
}
