package io.github.libhfhub;

import java.nio.file.Path;

/** What a download is made with. Not to be changed by two threads at once. */
public final class DownloadOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   * <p>
   * hfhub_download_options_new: Options with their defaults: a model, revision "main", the session's cache. Since 0.1.
   */
  public DownloadOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_download_options_free, Raw::hfhub_download_options_new);
  }

  /**
   * The repository's type.
   * <p>
   * hfhub_download_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public DownloadOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_repo_type(options, value));
    return this;
  }

  /**
   * Which revision.
   * <p>
   * hfhub_download_options_set_revision: A branch, tag, commit hash (short or full) or refs/pr/N. Errors: E_ARGUMENT.
   * Since 0.1.
   */
  public DownloadOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_revision(options, value));
    return this;
  }

  /**
   * A folder of the repository.
   * <p>
   * hfhub_download_options_set_subfolder: A folder inside the repository, put before file paths. Errors: E_ARGUMENT.
   * Since 0.1.
   */
  public DownloadOptions subfolder(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_subfolder(options, value));
    return this;
  }

  /**
   * Another cache.
   * <p>
   * hfhub_download_options_set_cache_dir: Another shared cache than the session's. Since 0.1.
   */
  public DownloadOptions cacheDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_cache_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * A folder instead of the cache.
   * <p>
   * hfhub_download_options_set_local_dir: Plain files in this folder instead of the shared cache. Since 0.1.
   */
  public DownloadOptions localDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_local_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * Another token.
   * <p>
   * hfhub_download_options_set_token: Another token than the session's; "" for none. Errors: E_ARGUMENT. Since 0.1.
   */
  public DownloadOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_token(options, value));
    return this;
  }

  /**
   * Whether to fetch what is there.
   * <p>
   * hfhub_download_options_set_force: 1: fetch again what is there. Since 0.1.
   */
  public DownloadOptions force(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_force(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to use the disk only.
   * <p>
   * hfhub_download_options_set_local_files_only: 1: use only what is on disk. Since 0.1.
   */
  public DownloadOptions localFilesOnly(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_local_files_only(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to say only what would be done.
   * <p>
   * hfhub_download_options_set_dry_run: 1: fetch and write nothing; the result's JSON says what would be done. Since
   * 0.1.
   */
  public DownloadOptions dryRun(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_dry_run(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Files at the same time.
   * <p>
   * hfhub_download_options_set_max_workers: Files fetched at the same time, 1 to 256; default: option
   * download.max_workers. Errors: E_ARGUMENT. Since 0.1.
   */
  public DownloadOptions maxWorkers(int count) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_max_workers(options, count));
    return this;
  }

  /**
   * Only files like this; adds to earlier patterns.
   * <p>
   * hfhub_download_options_add_allow_pattern: Snapshots: only files that match one of the allow patterns (fnmatch on
   * the whole path; "*" crosses "/"; a trailing "/" means the folder's content). Since 0.1.
   */
  public DownloadOptions allow(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_add_allow_pattern(options, pattern));
    return this;
  }

  /**
   * No files like this; adds to earlier patterns.
   * <p>
   * hfhub_download_options_add_ignore_pattern: Snapshots: no file that matches one of the ignore patterns. Since 0.1.
   */
  public DownloadOptions ignore(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_add_ignore_pattern(options, pattern));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   * <p>
   * hfhub_download_options_free: Frees the options. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
