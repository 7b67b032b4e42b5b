/* The addon's entry: names the functions that JavaScript sees. */
#include "native.h"

#define FUNCTION(name, function) {name, NULL, function, NULL, NULL, NULL, napi_enumerable, NULL}

/* Node calls it once in every environment (main thread, each worker), so the addon keeps no state of its own. */
NAPI_MODULE_INIT() {
  static const napi_property_descriptor functions[] = {
      FUNCTION("socket", native_socket),
      FUNCTION("close", native_close),
      FUNCTION("bind", native_bind),
      FUNCTION("setsockopt", native_setsockopt),
      FUNCTION("getsockopt", native_getsockopt),
      FUNCTION("attachFilter", native_attach_filter),
      FUNCTION("send", native_send),
      FUNCTION("sendto", native_sendto),
      FUNCTION("recv", native_recv),
      FUNCTION("recvmsg", native_recvmsg),
      FUNCTION("poll", native_poll),
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  return exports;
}
