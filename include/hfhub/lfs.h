/* Git LFS: what a custom transfer agent of git-lfs needs. `hf lfs-multipart-upload` is such an agent. */
#ifndef HFHUB_LFS_H
#define HFHUB_LFS_H

#include <hfhub/op.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Uploads a local file as `action_json` says: the value of "actions": {"upload": ...} of an LFS batch answer, which
 * git-lfs hands to its agent as "action". It has "href" and, for a file in parts, a "header" with "chunk_size" and the
 * URLs of the parts by number; the parts are then sent side by side, each again after a failure, and "href" is told that
 * they are there. `sha256` is the object's name. The session's token is not sent. Result JSON: {"oid", "size", "parts":
 * number, 0 when it was sent whole}. Errors: E_ARGUMENT, E_IO, E_PROTOCOL for an action that does not fit the file,
 * E_FORBIDDEN when its URLs have expired, network and Hub errors. Since 0.1. */
HFHUB_API hfhub_status hfhub_lfs_upload(hfhub_session *session, const char *file_path, const char *sha256,
                                        const char *action_json, hfhub_op **out_op, hfhub_error **err);

#ifdef __cplusplus
}
#endif

#endif
