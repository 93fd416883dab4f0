/* safetensors_range REPO_ID FILE: which tensors are in a file of gigabytes, without fetching it: two byte ranges of its Xet
 * content are streamed, the length of the header and the header. Prints NAME DTYPE [SHAPE] a line, by name. */
#include <hfhub.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads bytes [begin, end) into `to`. */
static hfhub_status read_range(hfhub_session *session, const hfhub_xet_options *rights, const char *hash,
                               uint64_t begin, uint64_t end, unsigned char *to, hfhub_error **err) {
  hfhub_xet_stream *stream = NULL;
  const void *data = NULL;
  size_t size = 0;
  hfhub_status status = hfhub_xet_stream_open(session, rights, hash, HFHUB_XET_UNKNOWN, begin, end, 1, &stream, err);
  while (status == HFHUB_OK && (status = hfhub_xet_stream_next(stream, -1, &data, &size, NULL, err)) == HFHUB_OK) {
    memcpy(to, data, size);
    to += size;
  }
  hfhub_xet_stream_free(stream);
  return status == HFHUB_END ? HFHUB_OK : status;
}

/* The header's length, a little-endian number of 64 bits, and then the header. */
static hfhub_status read_header(hfhub_session *session, const hfhub_xet_options *rights, const char *hash,
                                hfhub_json **out, hfhub_error **err) {
  unsigned char length[8], *text;
  uint64_t size = 0;
  hfhub_status status = read_range(session, rights, hash, 0, 8, length, err);
  if (status != HFHUB_OK) return status;
  for (int i = 7; i >= 0; --i) size = size << 8 | length[i];
  text = size <= 100000000 ? malloc(size + 1) : NULL; /* the format's own limit */
  if (text == NULL) return HFHUB_E_PROTOCOL;
  status = read_range(session, rights, hash, 8, 8 + size, text, err);
  if (status == HFHUB_OK) status = hfhub_json_parse((const char *)text, size, out, err);
  free(text);
  return status;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* A name as a step of a JSON Pointer. */
static void escape(const char *name, char *out, size_t room) {
  size_t at = 0;
  for (; *name != '\0' && at + 3 < room; ++name) {
    if (*name == '~' || *name == '/') {
      out[at++] = '~';
      out[at++] = *name == '~' ? '0' : '1';
    } else {
      out[at++] = *name;
    }
  }
  out[at] = '\0';
}

static void print_tensors(const hfhub_json *header) {
  const size_t count = hfhub_json_get_count(header, "");
  const char **names = calloc(count + 1, sizeof *names);
  for (size_t i = 0; names != NULL && i < count; ++i) names[i] = hfhub_json_get_key(header, "", i);
  if (names != NULL) qsort(names, count, sizeof *names, by_text);
  for (size_t i = 0; names != NULL && i < count; ++i) {
    char name[2048], at[2100];
    char *shape = NULL;
    if (strcmp(names[i], "__metadata__") == 0) continue;
    escape(names[i], name, sizeof name);
    snprintf(at, sizeof at, "/%s/shape", name);
    if (hfhub_json_write(header, at, -1, &shape, NULL) != HFHUB_OK) continue;
    snprintf(at, sizeof at, "/%s/dtype", name);
    printf("%s %s %s\n", names[i], hfhub_json_get_string(header, at), shape);
    hfhub_string_free(shape);
  }
  free(names);
}

int main(int argc, char **argv) {
  hfhub_session *session = NULL;
  hfhub_xet_options *rights = NULL;
  hfhub_op *op = NULL;
  hfhub_json *facts = NULL, *header = NULL;
  hfhub_error *err = NULL;
  const char *hash = NULL;
  int code = 1;
  if (argc != 3) {
    fprintf(stderr, "usage: %s REPO_ID FILE\n", argv[0]);
    return 2;
  }
  if (hfhub_session_new(NULL, &session, &err) == HFHUB_OK && hfhub_xet_options_new(&rights, &err) == HFHUB_OK &&
      hfhub_xet_options_set_repo(rights, "model", argv[1], NULL, &err) == HFHUB_OK &&
      hfhub_file_metadata(session, argv[1], argv[2], NULL, &op, &err) == HFHUB_OK &&
      hfhub_op_wait(op, -1, &err) == HFHUB_OK && hfhub_op_get_json(op, &facts, &err) == HFHUB_OK) {
    hash = hfhub_json_get_string(facts, "/xet_hash");
    if (hash == NULL) {
      fprintf(stderr, "%s is not stored by Xet\n", argv[2]);
    } else if (read_header(session, rights, hash, &header, &err) == HFHUB_OK) {
      print_tensors(header);
      code = 0;
    } else if (err == NULL) {
      fprintf(stderr, "%s is no safetensors file\n", argv[2]);
    }
  }
  if (err != NULL) fprintf(stderr, "%s\n", hfhub_error_get_message(err));
  hfhub_error_free(err);
  hfhub_json_free(header);
  hfhub_json_free(facts);
  hfhub_op_free(op);
  hfhub_xet_options_free(rights);
  hfhub_session_free(session);
  return code;
}
