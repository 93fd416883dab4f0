// Xet by hash: a part of hfhub.hpp, which includes it in the middle, before the class that uses it. Included first, it
// includes hfhub.hpp, which then has brought it.
#include <hfhub.hpp>

#ifndef HFHUB_XET_HPP
#define HFHUB_XET_HPP

namespace hfhub {

class XetOptions {
 public:
  XetOptions()
      : handle_(detail::make<hfhub_xet_options>(
            [](hfhub_xet_options** out, hfhub_error** err) { return hfhub_xet_options_new(out, err); })) {}

  XetOptions& endpoint(const std::string& value) {
    return set([&](hfhub_error** err) { return hfhub_xet_options_set_endpoint(handle_.get(), value.c_str(), err); });
  }
  XetOptions& token(const std::string& value, int64_t expires_s) {
    return set(
        [&](hfhub_error** err) { return hfhub_xet_options_set_token(handle_.get(), value.c_str(), expires_s, err); });
  }
  XetOptions& refresh_url(const std::string& value) {
    return set([&](hfhub_error** err) { return hfhub_xet_options_set_refresh_url(handle_.get(), value.c_str(), err); });
  }
  XetOptions& refresh_header(const std::string& name, const std::string& value) {
    return set([&](hfhub_error** err) {
      return hfhub_xet_options_add_refresh_header(handle_.get(), name.c_str(), value.c_str(), err);
    });
  }
  XetOptions& header(const std::string& name, const std::string& value) {
    return set([&](hfhub_error** err) {
      return hfhub_xet_options_add_header(handle_.get(), name.c_str(), value.c_str(), err);
    });
  }
  XetOptions& repo(const std::string& repo_type, const std::string& repo_id, const std::string& revision = "") {
    return set([&](hfhub_error** err) {
      return hfhub_xet_options_set_repo(handle_.get(), repo_type.c_str(), repo_id.c_str(),
                                        revision.empty() ? nullptr : revision.c_str(), err);
    });
  }
  const hfhub_xet_options* get() const { return handle_.get(); }

 private:
  template <class Call>
  XetOptions& set(Call&& call) {
    detail::check(std::forward<Call>(call));
    return *this;
  }
  detail::Handle<hfhub_xet_options> handle_;
};

// A file of a commit that is written piece by piece.
class XetWriter {
 public:
  explicit XetWriter(hfhub_xet_writer* handle) : handle_(handle) {}
  void write(const void* data, size_t size) {
    detail::check([&](hfhub_error** err) { return hfhub_xet_writer_write(handle_.get(), data, size, err); });
  }
  Json finish() {
    return Json(detail::make<hfhub_json>([&](hfhub_json** out, hfhub_error** err) {
                  return hfhub_xet_writer_finish(handle_.get(), out, err);
                }).release());
  }
  size_t index() const { return hfhub_xet_writer_get_index(handle_.get()); }

 private:
  detail::Handle<hfhub_xet_writer> handle_;
};

// `sha256`: nullopt computes it, "" leaves it out, 64 hex digits are taken as given.
using Sha256Wish = std::optional<std::string>;

class XetCommit {
 public:
  explicit XetCommit(hfhub_xet_commit* handle) : handle_(handle) {}
  size_t add_path(const std::string& path, const std::string& name = "", const Sha256Wish& sha256 = std::nullopt) {
    size_t index = 0;
    detail::check([&](hfhub_error** err) {
      return hfhub_xet_commit_add_path(handle_.get(), path.c_str(), name.empty() ? nullptr : name.c_str(),
                                       sha256 ? sha256->c_str() : nullptr, &index, err);
    });
    return index;
  }
  size_t add_bytes(const std::string& name, const void* data, size_t size, const Sha256Wish& sha256 = std::nullopt) {
    size_t index = 0;
    detail::check([&](hfhub_error** err) {
      return hfhub_xet_commit_add_bytes(handle_.get(), name.c_str(), data, size, sha256 ? sha256->c_str() : nullptr,
                                        &index, err);
    });
    return index;
  }
  XetWriter add_stream(const std::string& name, const Sha256Wish& sha256 = std::nullopt) {
    return XetWriter(detail::make<hfhub_xet_writer>([&](hfhub_xet_writer** out, hfhub_error** err) {
                       return hfhub_xet_commit_add_stream(handle_.get(), name.c_str(),
                                                          sha256 ? sha256->c_str() : nullptr, out, err);
                     }).release());
  }
  Op finish() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_xet_commit_finish(handle_.get(), out, err);
              }).release());
  }
  size_t item_count() const { return hfhub_xet_commit_get_item_count(handle_.get()); }
  // nullopt while the item is worked on; throws its error.
  std::optional<Json> item(size_t index) const {
    hfhub_json* out = nullptr;
    const hfhub_status status =
        detail::check([&](hfhub_error** err) { return hfhub_xet_commit_get_item(handle_.get(), index, &out, err); });
    return status == HFHUB_OK ? std::optional<Json>(Json(out)) : std::nullopt;
  }
  Json report() const {
    return Json(detail::make<hfhub_json>([&](hfhub_json** out, hfhub_error** err) {
                  return hfhub_xet_commit_get_report(handle_.get(), out, err);
                }).release());
  }
  hfhub_progress progress() const {
    hfhub_progress out{};
    out.struct_size = sizeof out;
    detail::check([&](hfhub_error** err) { return hfhub_xet_commit_get_progress(handle_.get(), &out, err); });
    return out;
  }
  void cancel() noexcept { hfhub_xet_commit_cancel(handle_.get()); }

 private:
  detail::Handle<hfhub_xet_commit> handle_;
};

class XetGroup {
 public:
  explicit XetGroup(hfhub_xet_group* handle) : handle_(handle) {}
  size_t add(const std::string& hash, uint64_t size, const std::string& path) {
    size_t index = 0;
    detail::check([&](hfhub_error** err) {
      return hfhub_xet_group_add(handle_.get(), hash.c_str(), size, path.c_str(), &index, err);
    });
    return index;
  }
  void add_seed(size_t index, const std::string& path, const std::string& hash, uint64_t size) {
    detail::check([&](hfhub_error** err) {
      return hfhub_xet_group_add_seed(handle_.get(), index, path.c_str(), hash.c_str(), size, err);
    });
  }
  Op start() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_xet_group_start(handle_.get(), out, err);
              }).release());
  }
  // False while the item is worked on; throws its error.
  bool finished(size_t index) const {
    return detail::check([&](hfhub_error** err) { return hfhub_xet_group_get_result(handle_.get(), index, err); }) ==
           HFHUB_OK;
  }

 private:
  detail::Handle<hfhub_xet_group> handle_;
};

class XetStream {
 public:
  explicit XetStream(hfhub_xet_stream* handle) : handle_(handle) {}
  struct Piece {
    uint64_t offset = 0;  // in the file
    std::string_view data;
  };
  // The next bytes, valid until the next call; nullopt at the end.
  std::optional<Piece> next() {
    const void* data = nullptr;
    size_t size = 0;
    Piece piece;
    const hfhub_status status = detail::check(
        [&](hfhub_error** err) { return hfhub_xet_stream_next(handle_.get(), -1, &data, &size, &piece.offset, err); });
    if (status != HFHUB_OK) return std::nullopt;
    piece.data = {static_cast<const char*>(data), size};
    return piece;
  }
  hfhub_progress progress() const {
    hfhub_progress out{};
    out.struct_size = sizeof out;
    detail::check([&](hfhub_error** err) { return hfhub_xet_stream_get_progress(handle_.get(), &out, err); });
    return out;
  }
  void cancel() noexcept { hfhub_xet_stream_cancel(handle_.get()); }
  hfhub_xet_stream* get() const { return handle_.get(); }

 private:
  detail::Handle<hfhub_xet_stream> handle_;
};

struct XetRange {
  uint64_t begin = 0;
  uint64_t end = HFHUB_XET_UNKNOWN;
  bool ordered = true;
};

}  // namespace hfhub

#endif
