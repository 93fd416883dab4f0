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
   *
   * hfhub_device_login_request:
   */
  public Operation<Json> request() throws HfHubException {
    return handle.call(l -> Operation.start(Operation::json, kept, out -> Raw.hfhub_device_login_request(l, out)));
  }

  /**
   * The page to open, once there is a code.
   *
   * hfhub_device_login_get_url:
   */
  public Optional<String> url() {
    return Optional.ofNullable(handle.call(Raw::hfhub_device_login_get_url));
  }

  /**
   * What to enter there, once there is a code.
   *
   * hfhub_device_login_get_user_code:
   */
  public Optional<String> userCode() {
    return Optional.ofNullable(handle.call(Raw::hfhub_device_login_get_user_code));
  }

  /**
   * Waits for the person's answer and stores the token.
   *
   * hfhub_device_login_finish:
   */
  public Operation<Json> finish() throws HfHubException {
    return handle.call(l -> Operation.start(Operation::json, kept, out -> Raw.hfhub_device_login_finish(l, out)));
  }

  /**
   * How often the Hub has said "not yet".
   *
   * hfhub_device_login_get_pending_count:
   */
  public long pendingCount() {
    return handle.call(Raw::hfhub_device_login_get_pending_count);
  }

  /**
   * Lets go of the login.
   *
   * hfhub_device_login_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
