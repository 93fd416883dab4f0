package io.github.libhfhub;

/** The library's status codes, as {@link HfHubException#status} gives them. Numbers are permanent; new ones may be added. */
public final class Status {
  /** Done. */
  public static final int OK = RawConstants.HFHUB_OK;
  /** A value was refused before anything happened; the message names it. */
  public static final int E_ARGUMENT = RawConstants.HFHUB_E_ARGUMENT;
  /** Memory, threads or descriptors ran out. */
  public static final int E_NO_MEMORY = RawConstants.HFHUB_E_NO_MEMORY;
  /** Cancelled by the caller. */
  public static final int E_CANCELLED = RawConstants.HFHUB_E_CANCELLED;
  /** The object is not in a state that allows this call. */
  public static final int E_STATE = RawConstants.HFHUB_E_STATE;
  /** An operation of the parent process, asked in the child. */
  public static final int E_FORKED = RawConstants.HFHUB_E_FORKED;
  /** Not available here. */
  public static final int E_UNSUPPORTED = RawConstants.HFHUB_E_UNSUPPORTED;
  /** The disk or the operating system refused. */
  public static final int E_IO = RawConstants.HFHUB_E_IO;
  /** Not enough space; what was fetched stays for a later call. */
  public static final int E_DISK_FULL = RawConstants.HFHUB_E_DISK_FULL;
  /** The cache folder is missing or not usable. */
  public static final int E_CACHE = RawConstants.HFHUB_E_CACHE;
  /** Not on disk, and the Hub could not be asked. */
  public static final int E_NOT_CACHED = RawConstants.HFHUB_E_NOT_CACHED;
  /** A cached snapshot lacks files, and the Hub could not be asked. */
  public static final int E_INCOMPLETE = RawConstants.HFHUB_E_INCOMPLETE;
  /** No connection, or it broke. */
  public static final int E_NETWORK = RawConstants.HFHUB_E_NETWORK;
  /** A deadline passed or a transfer stalled. */
  public static final int E_TIMEOUT = RawConstants.HFHUB_E_TIMEOUT;
  /** Offline mode is on. */
  public static final int E_OFFLINE = RawConstants.HFHUB_E_OFFLINE;
  /** The server's certificate was not accepted. */
  public static final int E_TLS = RawConstants.HFHUB_E_TLS;
  /** Any other refusal by the server. */
  public static final int E_HTTP = RawConstants.HFHUB_E_HTTP;
  /** No valid token. */
  public static final int E_AUTH = RawConstants.HFHUB_E_AUTH;
  /** No such repository, or it is private and not yours. */
  public static final int E_REPO_NOT_FOUND = RawConstants.HFHUB_E_REPO_NOT_FOUND;
  /** No such branch, tag or commit. */
  public static final int E_REVISION_NOT_FOUND = RawConstants.HFHUB_E_REVISION_NOT_FOUND;
  /** No such file. */
  public static final int E_ENTRY_NOT_FOUND = RawConstants.HFHUB_E_ENTRY_NOT_FOUND;
  /** Access must be requested on the repository's page. */
  public static final int E_GATED = RawConstants.HFHUB_E_GATED;
  /** The token does not allow this. */
  public static final int E_FORBIDDEN = RawConstants.HFHUB_E_FORBIDDEN;
  /** Too many requests. */
  public static final int E_RATE_LIMITED = RawConstants.HFHUB_E_RATE_LIMITED;
  /** The Hub has disabled the repository. */
  public static final int E_DISABLED = RawConstants.HFHUB_E_DISABLED;
  /** Somebody else changed it meanwhile. */
  public static final int E_CONFLICT = RawConstants.HFHUB_E_CONFLICT;
  /** Bytes differ from what the Hub promised; they were not made visible. */
  public static final int E_INTEGRITY = RawConstants.HFHUB_E_INTEGRITY;
  /** A file name from the server would be dangerous on this disk. */
  public static final int E_UNSAFE_NAME = RawConstants.HFHUB_E_UNSAFE_NAME;
  /** The server's answer makes no sense. */
  public static final int E_PROTOCOL = RawConstants.HFHUB_E_PROTOCOL;
  /** A bug in the library. */
  public static final int E_INTERNAL = RawConstants.HFHUB_E_INTERNAL;

  private Status() {}

  /**
   * The name of a status as C knows it, "HFHUB_E_IO" for example.
   * <p>
   * hfhub_status_name: The constant's name, e.g. "HFHUB_E_NOT_CACHED"; "HFHUB_E_UNKNOWN" for a number this version does
   * not know. Static storage. Since 0.1.
   */
  public static String name(int status) {
    return Raw.hfhub_status_name(status);
  }
}
