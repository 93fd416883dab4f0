package io.github.libhfhub;

import java.util.Optional;

/** A login by a code that a person enters in a browser: {@link #request}, show {@link #url} and {@link #userCode}, {@link #finish}. */
public final class DeviceLogin implements AutoCloseable {
  private final Object kept;
  private final Handle handle;

  DeviceLogin(Object kept, Handle handle) {
    this.kept = kept;
    this.handle = handle;
  }

  /**
   * Gets a code from the Hub.
   * <p>
   * hfhub_device_login_request: Gets a code from the Hub. Result JSON: {"user_code", "verification_uri",
   * "verification_uri_complete": with the code in it, where the Hub offers that, "interval_ms", "expires_in": seconds}.
   * Errors: E_STATE when there is a code already; network and Hub errors, after which it may be tried again. Since 0.1.
   */
  public Operation<Json> request() throws HfHubException {
    return handle.call(l -> Operation.start(Operation::json, kept, out -> Raw.hfhub_device_login_request(l, out)));
  }

  /**
   * The page to open, once there is a code.
   * <p>
   * hfhub_device_login_get_url: The page to open, with the code in it where the Hub offers that; NULL before there is a
   * code. Borrowed. Since 0.1.
   */
  public Optional<String> url() {
    return Optional.ofNullable(handle.call(Raw::hfhub_device_login_get_url));
  }

  /**
   * What to enter there, once there is a code.
   * <p>
   * hfhub_device_login_get_user_code: What to enter there; NULL before there is a code. Borrowed. Since 0.1.
   */
  public Optional<String> userCode() {
    return Optional.ofNullable(handle.call(Raw::hfhub_device_login_get_user_code));
  }

  /**
   * Waits for the person's answer and stores the token.
   * <p>
   * hfhub_device_login_finish: Waits until the person has answered, asking the Hub as often as it allows, and keeps the
   * token as hfhub_auth_login does. While it waits, failures of the network are nothing. Result JSON: as
   * hfhub_auth_login's. Errors: E_STATE without a code, or when it was finished before; E_AUTH, with "access_denied" or
   * "expired_token" as hfhub_error_get_hub_code; E_CANCELLED, after which it may be started again. Since 0.1.
   */
  public Operation<Json> finish() throws HfHubException {
    return handle.call(l -> Operation.start(Operation::json, kept, out -> Raw.hfhub_device_login_finish(l, out)));
  }

  /**
   * How often the Hub has said "not yet".
   * <p>
   * hfhub_device_login_get_pending_count: How often the Hub has said "not yet". Since 0.1.
   */
  public long pendingCount() {
    return handle.call(Raw::hfhub_device_login_get_pending_count);
  }

  /**
   * Lets go of the login.
   * <p>
   * hfhub_device_login_free: Lets go of the login; its operations go on. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
