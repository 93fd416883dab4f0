package io.github.libhfhub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that can go wrong. The subclasses are for what programs handle on its own; {@link #status} tells all of them apart.
 */
public class HfHubException extends IOException {
  private static final long serialVersionUID = 1;

  /** What the library's error object holds. */
  record Fields(
      int status, String statusName, String message, int httpStatus, String hubCode, String requestId, String serverMessage,
      String url, String repoType, String repoId, String path, long retryAfterMs, boolean retriable)
      implements java.io.Serializable {}

  private final Fields fields;

  HfHubException(Fields fields) {
    super(fields.message.isEmpty() ? fields.statusName : fields.message);
    this.fields = fields;
  }

  /** Called by the native half. */
  static HfHubException create(
      int status, String statusName, String message, int httpStatus, String hubCode, String requestId, String serverMessage,
      String url, String repoType, String repoId, String path, long retryAfterMs, boolean retriable) {
    Fields fields =
        new Fields(
            status, statusName, message, httpStatus, hubCode, requestId, serverMessage, url, repoType, repoId, path,
            retryAfterMs, retriable);
    switch (status) {
      case Status.E_CANCELLED:
        return new CancelledException(fields);
      case Status.E_REPO_NOT_FOUND:
      case Status.E_REVISION_NOT_FOUND:
      case Status.E_ENTRY_NOT_FOUND:
        return new NotFoundException(fields);
      case Status.E_NOT_CACHED:
      case Status.E_INCOMPLETE:
        return new NotCachedException(fields);
      case Status.E_AUTH:
      case Status.E_GATED:
      case Status.E_FORBIDDEN:
      case Status.E_DISABLED:
        return new AccessException(fields);
      case Status.E_NETWORK:
      case Status.E_TIMEOUT:
      case Status.E_OFFLINE:
      case Status.E_TLS:
        return new NetworkException(fields);
      case Status.E_CONFLICT:
        return new ConflictException(fields);
      case Status.E_INTEGRITY:
        return new IntegrityException(fields);
      default:
        return new HfHubException(fields);
    }
  }

  /**
   * What happened, as one of the constants of {@link Status}.
   * <p>
   * hfhub_error_get_status: The status that came with the error. HFHUB_OK for NULL. Since 0.1.
   */
  public final int status() {
    return fields.status;
  }

  /** The status's name, "HFHUB_E_IO" for example. */
  public final String statusName() {
    return fields.statusName;
  }

  /**
   * What was wrong, in one line.
   * <p>
   * hfhub_error_get_message: One line that names what was wrong and with which value; never a secret. "" for NULL.
   * Since 0.1.
   */
  @Override
  public String getMessage() {
    return super.getMessage();
  }

  /**
   * The answer's HTTP status.
   * <p>
   * hfhub_error_get_http_status: The HTTP status code of the answer, 0 when there was none. Since 0.1.
   */
  public final int httpStatus() {
    return fields.httpStatus;
  }

  /**
   * The Hub's own word for it.
   * <p>
   * hfhub_error_get_hub_code: The Hub's X-Error-Code, e.g. "GatedRepo"; "" when there was none. Since 0.1.
   */
  public final String hubCode() {
    return fields.hubCode;
  }

  /**
   * For a question to the Hub's support.
   * <p>
   * hfhub_error_get_request_id: The id under which the server logged the request; "" when there was none. Since 0.1.
   */
  public final String requestId() {
    return fields.requestId;
  }

  /**
   * The server's words.
   * <p>
   * hfhub_error_get_server_message: What the server said, one message a line; "" when it said nothing. Since 0.1.
   */
  public final String serverMessage() {
    return fields.serverMessage;
  }

  /**
   * The address that was asked.
   * <p>
   * hfhub_error_get_url: The URL without its query; "" when no request was involved. Since 0.1.
   */
  public final String url() {
    return fields.url;
  }

  /**
   * The type of the repository that it is about.
   * <p>
   * hfhub_error_get_repo_type: The repository's type ("model", "dataset", "space", "kernel") when the error is about
   * one; else "". Since 0.1.
   */
  public final String repoType() {
    return fields.repoType;
  }

  /**
   * The id of the repository that it is about.
   * <p>
   * hfhub_error_get_repo_id: The repository's id when the error is about one; else "". Since 0.1.
   */
  public final String repoId() {
    return fields.repoId;
  }

  /**
   * The file or folder on this machine that it is about.
   * <p>
   * hfhub_error_get_path: The local file or folder concerned, e.g. the incomplete snapshot of HFHUB_E_INCOMPLETE; else
   * "". Since 0.1.
   */
  public final String path() {
    return fields.path;
  }

  /**
   * How long the server asked to wait; empty when it did not say.
   * <p>
   * hfhub_error_get_retry_after_ms: Milliseconds the server asked to wait, -1 when it did not say. Since 0.1.
   */
  public final Optional<Duration> retryAfter() {
    return fields.retryAfterMs < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(fields.retryAfterMs));
  }

  /**
   * Whether trying again makes sense.
   * <p>
   * hfhub_error_is_retriable: 1 when the same call may well succeed later without a change, else 0. Since 0.1.
   */
  public final boolean isRetriable() {
    return fields.retriable;
  }
}
