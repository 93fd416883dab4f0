/* JSON results: immutable documents read by path. A path is a JSON Pointer (RFC 6901): "" is the whole document,
 * "/siblings/0/rfilename" a member of the first element of an array. */
#ifndef HFHUB_JSON_H
#define HFHUB_JSON_H

#include <hfhub/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hfhub_json hfhub_json;

/* What a value is. */
enum {
  HFHUB_JSON_MISSING = 0,
  HFHUB_JSON_NULL = 1,
  HFHUB_JSON_BOOL = 2,
  HFHUB_JSON_NUMBER = 3,
  HFHUB_JSON_STRING = 4,
  HFHUB_JSON_ARRAY = 5,
  HFHUB_JSON_OBJECT = 6
};

/* Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since 0.1. */
HFHUB_API hfhub_status hfhub_json_parse(const char *text, size_t size, hfhub_json **out_json, hfhub_error **err);

/* The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1. */
HFHUB_API int32_t hfhub_json_get_type(const hfhub_json *json, const char *json_path);

/* Elements of the array or members of the object at `json_path`; 0 for anything else. Since 0.1. */
HFHUB_API size_t hfhub_json_get_count(const hfhub_json *json, const char *json_path);

/* The name of the object's member number `index` (document order); NULL past the end or when it is no object. Borrowed.
 * Since 0.1. */
HFHUB_API const char *hfhub_json_get_key(const hfhub_json *json, const char *json_path, size_t index);

/* The string at `json_path`; NULL when there is none. Borrowed. Since 0.1. */
HFHUB_API const char *hfhub_json_get_string(const hfhub_json *json, const char *json_path);

/* The integer at `json_path`; `fallback` when there is none or it does not fit. Since 0.1. */
HFHUB_API int64_t hfhub_json_get_int64(const hfhub_json *json, const char *json_path, int64_t fallback);

/* The number at `json_path`; `fallback` when there is none. Since 0.1. */
HFHUB_API double hfhub_json_get_double(const hfhub_json *json, const char *json_path, double fallback);

/* 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1. */
HFHUB_API int32_t hfhub_json_get_bool(const hfhub_json *json, const char *json_path, int32_t fallback);

/* The value at `json_path` as text. `indent` < 0: one line with ", " and ": " and ASCII only, as Python prints it;
 * >= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no such value. Since 0.1. */
HFHUB_API hfhub_status hfhub_json_write(const hfhub_json *json, const char *json_path, int32_t indent,
                                        char **out_string, hfhub_error **err);

/* Frees the document. NULL is fine. Since 0.1. */
HFHUB_API void hfhub_json_free(hfhub_json *json);

#ifdef __cplusplus
}
#endif

#endif
