package io.github.libhfhub;

import java.nio.file.Path;

/** What a download is made with. Not to be changed by two threads at once. */
public final class DownloadOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   *
   * hfhub_download_options_new:
   */
  public DownloadOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_download_options_free, Raw::hfhub_download_options_new);
  }

  /**
   * The repository's type.
   *
   * hfhub_download_options_set_repo_type:
   */
  public DownloadOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_repo_type(options, value));
    return this;
  }

  /**
   * Which revision.
   *
   * hfhub_download_options_set_revision:
   */
  public DownloadOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_revision(options, value));
    return this;
  }

  /**
   * A folder of the repository.
   *
   * hfhub_download_options_set_subfolder:
   */
  public DownloadOptions subfolder(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_subfolder(options, value));
    return this;
  }

  /**
   * Another cache.
   *
   * hfhub_download_options_set_cache_dir:
   */
  public DownloadOptions cacheDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_cache_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * A folder instead of the cache.
   *
   * hfhub_download_options_set_local_dir:
   */
  public DownloadOptions localDir(Path value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_local_dir(options, Paths.text(value)));
    return this;
  }

  /**
   * Another token.
   *
   * hfhub_download_options_set_token:
   */
  public DownloadOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_token(options, value));
    return this;
  }

  /**
   * Whether to fetch what is there.
   *
   * hfhub_download_options_set_force:
   */
  public DownloadOptions force(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_force(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to use the disk only.
   *
   * hfhub_download_options_set_local_files_only:
   */
  public DownloadOptions localFilesOnly(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_local_files_only(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether to say only what would be done.
   *
   * hfhub_download_options_set_dry_run:
   */
  public DownloadOptions dryRun(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_dry_run(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Files at the same time.
   *
   * hfhub_download_options_set_max_workers:
   */
  public DownloadOptions maxWorkers(int count) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_set_max_workers(options, count));
    return this;
  }

  /**
   * Only files like this; adds to earlier patterns.
   *
   * hfhub_download_options_add_allow_pattern:
   */
  public DownloadOptions allow(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_add_allow_pattern(options, pattern));
    return this;
  }

  /**
   * No files like this; adds to earlier patterns.
   *
   * hfhub_download_options_add_ignore_pattern:
   */
  public DownloadOptions ignore(String pattern) throws HfHubException {
    handle.call(options -> Raw.hfhub_download_options_add_ignore_pattern(options, pattern));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   *
   * hfhub_download_options_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
