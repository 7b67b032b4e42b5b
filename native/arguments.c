/* Between JavaScript values and C values. Nothing that JavaScript passes may crash the process. */
#include "native.h"

#include <limits.h>
#include <stdio.h>
#include <uv.h>

static bool has_type(napi_env env, napi_value value, napi_valuetype wanted) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == wanted;
}

bool is_number(napi_env env, napi_value value) { return has_type(env, value, napi_number); }

bool is_function(napi_env env, napi_value value) { return has_type(env, value, napi_function); }

void throw_type_error(napi_env env, const char *name, const char *expected) {
  char message[128];
  snprintf(message, sizeof message, "The \"%s\" argument must be %s", name, expected);
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
}

bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  /* Node-API fills in `undefined` for those that are missing, which the readers below refuse. */
  return napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok;
}

bool read_int(napi_env env, napi_value value, const char *name, int *result) {
  double number;
  /* napi_get_value_int32 would turn 1.5, NaN and 2^32 into some other integer without a word. The cast comes last:
   * in C, casting a double that does not fit is undefined. */
  if (!is_number(env, value) || napi_get_value_double(env, value, &number) != napi_ok ||
      !(number >= INT_MIN && number <= INT_MAX) || number != (double)(int)number) {
    throw_type_error(env, name, "a 32-bit integer");
    return false;
  }
  *result = (int)number;
  return true;
}

bool read_fd(napi_env env, napi_value value, int *result) {
  if (!read_int(env, value, "fd", result)) return false;
  if (*result >= 0) return true;
  throw_type_error(env, "fd", "a file descriptor, 0 or greater");
  return false;
}

bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *result) {
  bool is_typed_array = false;
  napi_typedarray_type type;
  void *data;
  /* Only Uint8Array (Buffer is one): its length in elements is its length in bytes. */
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array ||
      napi_get_typedarray_info(env, value, &type, &result->length, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || data == NULL || result->length == 0) {
    throw_type_error(env, name, "a Uint8Array that is not empty");
    return false;
  }
  result->data = data;
  return true;
}

napi_value make_int(napi_env env, int64_t value) {
  napi_value result = NULL;
  napi_create_int64(env, value, &result);
  return result;
}

void throw_system_error(napi_env env, int error_number, const char *syscall) {
  int code = uv_translate_sys_error(error_number);
  char name[32], text[96], message[192];
  uv_err_name_r(code, name, sizeof name);
  uv_strerror_r(code, text, sizeof text);
  snprintf(message, sizeof message, "%s: %s, %s", name, text, syscall);

  napi_value js_name, js_message, js_syscall, error;
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &js_name) != napi_ok ||
      napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &js_message) != napi_ok ||
      napi_create_string_utf8(env, syscall, NAPI_AUTO_LENGTH, &js_syscall) != napi_ok ||
      napi_create_error(env, js_name, js_message, &error) != napi_ok ||
      napi_set_named_property(env, error, "errno", make_int(env, code)) != napi_ok ||
      napi_set_named_property(env, error, "syscall", js_syscall) != napi_ok) {
    return;
  }
  napi_throw(env, error);
}
