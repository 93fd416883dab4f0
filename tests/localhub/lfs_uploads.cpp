#include "lfs_uploads.h"

#include <filesystem>
#include <random>

#include "spool.h"
#include "text.h"

namespace localhub {
namespace fs = std::filesystem;

LfsUploads::LfsUploads(const std::string& data_dir) : dir_(data_dir + "/lfs") {
  fs::remove_all(dir_);
  fs::create_directories(spool_dir());
}

std::string LfsUploads::new_id() {
  unsigned char bytes[16];
  std::random_device device;
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(device());
  return to_hex(bytes, sizeof bytes);
}

LfsUploadPtr LfsUploads::make(LfsUpload upload) {
  upload.id = new_id();
  auto made = std::make_shared<const LfsUpload>(std::move(upload));
  std::lock_guard lock(mutex_);
  begun_[made->id].upload = made;
  return made;
}

LfsUploadPtr LfsUploads::find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = begun_.find(id);
  return found == begun_.end() ? nullptr : found->second.upload;
}

LfsUploadPtr LfsUploads::find_begun(const LfsUpload& like) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, begun] : begun_) {
    const LfsUpload& upload = *begun.upload;
    if (upload.oid == like.oid && upload.user == like.user && upload.size == like.size &&
        upload.chunk_size == like.chunk_size)
      return begun.upload;
  }
  return nullptr;
}

std::string LfsUploads::part_path(const LfsUpload& upload, int64_t number) const {
  return dir_ + "/" + upload.id + "/" + std::to_string(number);
}

std::string LfsUploads::store(const LfsUpload& upload, int64_t number, Spool& body) {
  std::string etag = "\"" + body.sha256().substr(0, 32) + "\"";
  std::lock_guard lock(mutex_);
  auto found = begun_.find(upload.id);
  if (found == begun_.end()) return "";
  body.move_to(part_path(upload, number));
  return found->second.etags[number] = etag;
}

std::string LfsUploads::etag(const LfsUpload& upload, int64_t number) {
  std::lock_guard lock(mutex_);
  auto found = begun_.find(upload.id);
  if (found == begun_.end()) return "";
  auto part = found->second.etags.find(number);
  return part == found->second.etags.end() ? "" : part->second;
}

void LfsUploads::forget(const LfsUpload& upload) {
  std::lock_guard lock(mutex_);
  begun_.erase(upload.id);
  fs::remove_all(dir_ + "/" + upload.id);
}

}  // namespace localhub
