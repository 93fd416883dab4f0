#include "server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "body_reader.h"
#include "lfs.h"
#include "spool.h"

namespace localhub {
namespace {

constexpr size_t kLargestUpload = size_t{1} << 30;          // admin calls carry whole files
constexpr size_t kLargestXetUpload = kLargestXorbBody + 1;  // as much as it takes to see that it is too long
constexpr size_t kReaderBlock = 64 << 10;

/// One request on its way through MHD's callbacks.
struct Exchange {
  Request request;
  FaultPtr fault;
  LogEntryPtr log;
  bool prepared = false;
  bool delayed = false;
};

/// Keeps the request line as the client wrote it; MHD's own view has lost encoded slashes.
void* on_request_line(void*, const char* uri, MHD_Connection*) {
  auto* exchange = new Exchange;
  std::string_view text(uri);
  size_t mark = text.find('?');
  Request& request = exchange->request;
  request.raw_path = text.substr(0, mark);
  if (mark != std::string_view::npos) request.raw_query = text.substr(mark + 1);
  return exchange;
}

MHD_Result add_header(void* cls, MHD_ValueKind, const char* key, const char* value) {
  static_cast<Pairs*>(cls)->emplace_back(lower(key), value ? value : "");
  return MHD_YES;
}

bool is_loopback(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (!info || !info->client_addr) return false;
  if (info->client_addr->sa_family == AF_INET) {
    auto* address = reinterpret_cast<const sockaddr_in*>(info->client_addr);
    return (ntohl(address->sin_addr.s_addr) >> 24) == 127;
  }
  auto* address = reinterpret_cast<const sockaddr_in6*>(info->client_addr);
  return IN6_IS_ADDR_LOOPBACK(&address->sin6_addr);
}

void prepare(const Server::Listener& listener, MHD_Connection* connection, const char* method, Exchange& exchange) {
  Request& request = exchange.request;
  request.origin = listener.origin;
  request.method = method;
  request.path = percent_decode(request.raw_path);
  std::string_view path = request.raw_path;
  if (!path.empty() && path[0] == '/') path.remove_prefix(1);
  for (std::string_view segment : split(path, '/')) request.segments.push_back(percent_decode(segment));
  request.query = parse_query(request.raw_query);
  request.headers.reserve(12);
  MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &request.headers);
  listener.hub.identify(request);
  if (request.origin == Origin::kCdn && is_lfs_put(request))
    request.spool = std::make_shared<Spool>(listener.hub.lfs_uploads.spool_dir());
  exchange.prepared = true;
  if (request.origin == Origin::kHub && request.segments[0] == "_admin") {
    // Behind a proxy everyone looks local, so a forwarded request is not.
    request.from_loopback = is_loopback(connection) && request.header("x-forwarded-for").empty();
    return;
  }
  exchange.fault = listener.hub.faults.pick(request);
  exchange.log = listener.hub.log.begin(request, exchange.fault ? exchange.fault->id : "");
}

ssize_t read_body(void* cls, uint64_t at, char* out, size_t room) {
  return static_cast<BodyReader*>(cls)->read(static_cast<int64_t>(at), out, room);
}

void free_reader(void* cls) { delete static_cast<BodyReader*>(cls); }

ssize_t read_nothing(void*, uint64_t, char*, size_t) { return MHD_CONTENT_READER_END_WITH_ERROR; }

MHD_Response* from_text(std::string text) {
  auto* owned = new std::string(std::move(text));
  return MHD_create_response_from_buffer_with_free_callback_cls(
      owned->size(), owned->data(), [](void* cls) { delete static_cast<std::string*>(cls); }, owned);
}

MHD_Response* from_shared(const Body& body) {
  auto* owned = new std::shared_ptr<const std::string>(body.shared);
  char* start = const_cast<char*>((*owned)->data()) + body.offset;
  return MHD_create_response_from_buffer_with_free_callback_cls(
      static_cast<size_t>(body.length), start,
      [](void* cls) { delete static_cast<std::shared_ptr<const std::string>*>(cls); }, owned);
}

MHD_Response* from_file(const Body& body) {
  int fd = ::open(body.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return nullptr;  // the headers promise an object that is gone: drop the connection
  return MHD_create_response_from_fd_at_offset64(static_cast<uint64_t>(body.length), fd,
                                                 static_cast<uint64_t>(body.offset));
}

MHD_Response* to_mhd(const Server::Listener& listener, MHD_Connection* connection, Exchange& exchange,
                     Response& response) {
  int64_t length = response.length();
  const FaultAction* fault = exchange.fault ? &exchange.fault->action : nullptr;
  bool hide_length = fault && fault->drops("content-length");
  uint64_t announced = hide_length ? MHD_SIZE_UNKNOWN : static_cast<uint64_t>(length);
  if (exchange.request.is_head())
    return MHD_create_response_from_callback(announced, 1024, read_nothing, nullptr, nullptr);
  if (fault && (fault->touches_body() || hide_length)) {
    auto* reader =
        new BodyReader(connection, listener.parking, std::move(response.body), length, exchange.fault, exchange.log);
    return MHD_create_response_from_callback(announced, kReaderBlock, read_body, reader, free_reader);
  }
  switch (response.body.kind) {
    case Body::Kind::kShared: return from_shared(response.body);
    case Body::Kind::kFile: return from_file(response.body);
    case Body::Kind::kText: break;
  }
  return from_text(std::move(response.body.text));
}

MHD_Result respond(const Server::Listener& listener, MHD_Connection* connection, Exchange& exchange) {
  const FaultAction* fault = exchange.fault ? &exchange.fault->action : nullptr;
  Response response = listener.hub.answer(exchange.request, fault);
  if (exchange.log) {
    exchange.log->status = response.status;
    bool counted_later = fault && fault->touches_body();
    exchange.log->bytes = exchange.request.is_head() || counted_later ? 0 : response.length();
  }
  if (fault && fault->drop_answer) return MHD_NO;
  MHD_Response* out = to_mhd(listener, connection, exchange, response);
  if (!out) return MHD_NO;
  for (const auto& [name, value] : response.headers) MHD_add_response_header(out, name.c_str(), value.c_str());
  MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(response.status), out);
  MHD_destroy_response(out);
  return queued;
}

/// One piece of an upload. What is beyond the longest xorb is read and dropped, so that the client
/// gets to see the refusal.
MHD_Result take_body(Exchange& exchange, const char* piece, size_t* size) {
  Request& request = exchange.request;
  if (request.spool) {
    bool kept = request.spool->append({piece, *size});
    *size = 0;
    return kept ? MHD_YES : MHD_NO;
  }
  bool hub = request.origin == Origin::kHub;
  if (hub && request.body.size() + *size > kLargestUpload) return MHD_NO;
  size_t limit = hub ? kLargestUpload : kLargestXetUpload;
  if (request.body.empty()) {
    auto announced = parse_int(request.header("content-length")).value_or(0);
    request.body.reserve(
        static_cast<size_t>(std::clamp<int64_t>(announced, 0, static_cast<int64_t>(kLargestXetUpload))));
  }
  request.body.append(piece, std::min(*size, limit - request.body.size()));
  *size = 0;
  return MHD_YES;
}

MHD_Result on_request(void* cls, MHD_Connection* connection, const char*, const char* method, const char*,
                      const char* upload, size_t* upload_size, void** state) {
  auto& listener = *static_cast<Server::Listener*>(cls);
  auto& exchange = *static_cast<Exchange*>(*state);
  if (!exchange.prepared) {
    prepare(listener, connection, method, exchange);
    return MHD_YES;
  }
  if (*upload_size > 0) {
    return take_body(exchange, upload, upload_size);
  }
  int64_t delay_ms = exchange.fault ? exchange.fault->action.delay_ms : 0;
  if (delay_ms > 0 && !exchange.delayed) {
    exchange.delayed = true;
    return listener.parking.park(connection, delay_ms) ? MHD_YES : MHD_NO;
  }
  return respond(listener, connection, exchange);
}

void on_completed(void* cls, MHD_Connection*, void** state, MHD_RequestTerminationCode why) {
  auto* exchange = static_cast<Exchange*>(*state);
  if (!exchange) return;
  if (exchange->log) {
    exchange->log->aborted = why != MHD_REQUEST_TERMINATED_COMPLETED_OK;
    exchange->log->done = true;
    static_cast<Server::Listener*>(cls)->hub.log.finish(*exchange->log);
  }
  delete exchange;
  *state = nullptr;
}

/// MHD would decode %2F into a slash that splits a revision or file name.
size_t leave_encoded(void*, MHD_Connection*, char* text) { return std::strlen(text); }

void ignore_message(void*, const char*, va_list) {}  // clients that vanish are part of the tests

sockaddr_storage address_of(const std::string& host, int port, bool& v6) {
  sockaddr_storage out{};
  std::string name = host == "localhost" ? "127.0.0.1" : host;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
  auto* six = reinterpret_cast<sockaddr_in6*>(&out);
  v6 = false;
  if (inet_pton(AF_INET, name.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
  } else if (inet_pton(AF_INET6, name.c_str(), &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(static_cast<uint16_t>(port));
    v6 = true;
  } else {
    throw std::runtime_error("--host wants an address, not \"" + host + "\"");
  }
  return out;
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Once per timer tick: an import by another process becomes visible, the log reaches its file.
void housekeeping(Hub& hub) {
  try {
    if (hub.catalog.reload_if_changed()) hub.tokens.reload();
  } catch (const std::exception&) {
    // The database is busy; the next tick comes soon.
  }
  hub.log.flush();
}

}  // namespace

Server::Server(Hub& hub, const ListenOptions& options)
    : parking_([&hub] { housekeeping(hub); }),
      hub_listener_{hub, parking_, Origin::kHub},
      cdn_listener_{hub, parking_, Origin::kCdn},
      cas_listener_{hub, parking_, Origin::kCas} {
  raise_file_limit();
  hub.host = options.host;
  hub.cdn_port = start(cdn_listener_, options, options.cdn_port);
  hub.cas_port = start(cas_listener_, options, options.cas_port);
  port_ = start(hub_listener_, options, options.port);
}

Server::~Server() {
  parking_.close();
  for (Listener* listener : {&hub_listener_, &cas_listener_, &cdn_listener_})
    if (listener->daemon) MHD_stop_daemon(listener->daemon);
}

int Server::start(Listener& listener, const ListenOptions& options, int port) {
  bool v6 = false;
  sockaddr_storage address = address_of(options.host, port, v6);
  unsigned threads = options.threads > 0 ? static_cast<unsigned>(options.threads)
                                         : std::clamp(std::thread::hardware_concurrency(), 2U, 8U);
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG |
                   (v6 ? static_cast<unsigned>(MHD_USE_IPv6) : 0U);
  listener.daemon = MHD_start_daemon(
      flags, static_cast<uint16_t>(port), nullptr, nullptr, on_request, &listener, MHD_OPTION_EXTERNAL_LOGGER,
      ignore_message, nullptr, MHD_OPTION_SOCK_ADDR, reinterpret_cast<sockaddr*>(&address),
      MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024U, MHD_OPTION_CONNECTION_LIMIT, 8192U,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, size_t{128 << 10}, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, nullptr,
      MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, nullptr, MHD_OPTION_NOTIFY_COMPLETED, on_completed, &listener,
      MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0U, MHD_OPTION_END);
  if (!listener.daemon)
    throw std::runtime_error("cannot listen on " + options.host + ":" + std::to_string(port) + ": " +
                             std::strerror(errno));
  return MHD_get_daemon_info(listener.daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

}  // namespace localhub
