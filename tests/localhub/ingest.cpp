#include "ingest.h"

#include <filesystem>

#include "digest.h"

namespace localhub {
namespace {

FileEntry entry_of(const Objects& objects, const std::string& path, const StoredObject& object, bool lfs,
                   const FileOptions& options) {
  FileEntry file;
  file.path = path;
  file.sha256 = object.sha256;
  file.size = object.size;
  file.lfs = lfs;
  file.oid = lfs ? git_oid("blob", lfs_pointer(object.sha256, object.size)) : object.oid;
  if (options.xet) file.xet_hash = options.xet_hash;
  if (options.xet && file.xet_hash.empty() && options.cas)
    file.xet_hash = options.cas->add_content(objects.path(object.sha256), object.sha256).text();
  return file;
}

}  // namespace

bool wants_lfs(std::string_view path, int64_t size, const FileOptions& options) {
  if (options.xet) return true;  // Xet stores what git would have as a pointer
  if (options.lfs) return *options.lfs;
  if (size > options.lfs_over) return true;
  size_t dot = path.rfind('.');
  std::string extension = dot == std::string_view::npos ? "" : lower(path.substr(dot + 1));
  for (std::string_view large :
       {"safetensors", "bin", "gguf", "pt",  "pth", "ckpt", "h5", "onnx", "msgpack", "parquet", "arrow",
        "npy",         "npz", "pkl",  "zip", "gz",  "zst",  "xz", "tar",  "7z",      "model",   "tflite"})
    if (extension == large) return true;
  return false;
}

FileEntry ingest_bytes(Objects& objects, const std::string& path, std::string_view bytes, const FileOptions& options) {
  bool lfs = wants_lfs(path, static_cast<int64_t>(bytes.size()), options);
  return entry_of(objects, path, objects.put_bytes(bytes, !lfs), lfs, options);
}

FileEntry ingest_file(Objects& objects, const std::string& path, const std::string& source,
                      const FileOptions& options) {
  int64_t size = static_cast<int64_t>(std::filesystem::file_size(source));
  bool lfs = wants_lfs(path, size, options);
  return entry_of(objects, path, objects.put_file(source, !lfs), lfs, options);
}

FileEntry ingest_stream(Objects& objects, const std::string& path, int64_t size, const Producer& producer,
                        const FileOptions& options) {
  bool lfs = wants_lfs(path, size, options);
  return entry_of(objects, path, objects.put(producer, !lfs), lfs, options);
}

RepoPtr ensure_repo(Catalog& catalog, RepoType type, const std::string& name, int64_t date_ms,
                    const std::function<void(Repo&)>& edit) {
  RepoPtr repo = catalog.upsert(type, name, [&](Repo& fresh) {
    if (fresh.id == 0 && date_ms) fresh.created_ms = date_ms;
    edit(fresh);
  });
  if (!repo->commits.empty()) return repo;
  CommitInput first;
  first.title = "initial commit";
  first.date_ms = date_ms;
  catalog.commit(type, name, first);
  return catalog.find(type, name);
}

}  // namespace localhub
