package io.github.libhfhub;

/** What a repository is made or changed with. Not to be changed by two threads at once. */
public final class RepoOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   *
   * hfhub_repo_options_new:
   */
  public RepoOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_repo_options_free, Raw::hfhub_repo_options_new);
  }

  /**
   * The repository's type.
   *
   * hfhub_repo_options_set_repo_type:
   */
  public RepoOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_repo_type(options, value));
    return this;
  }

  /**
   * Another token.
   *
   * hfhub_repo_options_set_token:
   */
  public RepoOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_token(options, value));
    return this;
  }

  /**
   * Who sees it.
   *
   * hfhub_repo_options_set_visibility:
   */
  public RepoOptions visibility(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_visibility(options, value));
    return this;
  }

  /**
   * Whether others see it.
   *
   * hfhub_repo_options_set_private:
   */
  public RepoOptions setPrivate(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_private(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Who gets at its files.
   *
   * hfhub_repo_options_set_gated:
   */
  public RepoOptions gated(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_gated(options, value));
    return this;
  }

  /**
   * Whether it may be there already.
   *
   * hfhub_repo_options_set_exist_ok:
   */
  public RepoOptions existOk(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_exist_ok(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether it may be gone already.
   *
   * hfhub_repo_options_set_missing_ok:
   */
  public RepoOptions missingOk(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_missing_ok(options, enable ? 1 : 0));
    return this;
  }

  /**
   * The organisation's resource group.
   *
   * hfhub_repo_options_set_resource_group:
   */
  public RepoOptions resourceGroup(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_resource_group(options, value));
    return this;
  }

  /**
   * Where it is stored.
   *
   * hfhub_repo_options_set_region:
   */
  public RepoOptions region(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_region(options, value));
    return this;
  }

  /**
   * A Space's SDK.
   *
   * hfhub_repo_options_set_space_sdk:
   */
  public RepoOptions spaceSdk(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_sdk(options, value));
    return this;
  }

  /**
   * A Space's template.
   *
   * hfhub_repo_options_set_space_template:
   */
  public RepoOptions spaceTemplate(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_template(options, value));
    return this;
  }

  /**
   * A Space's hardware.
   *
   * hfhub_repo_options_set_space_hardware:
   */
  public RepoOptions spaceHardware(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_hardware(options, value));
    return this;
  }

  /**
   * When a Space goes to sleep, in seconds; -1 for never.
   *
   * hfhub_repo_options_set_space_sleep_time:
   */
  public RepoOptions spaceSleepTime(long seconds) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_sleep_time(options, seconds));
    return this;
  }

  /**
   * A secret of a Space; adds to earlier ones.
   *
   * hfhub_repo_options_add_space_secret:
   */
  public RepoOptions spaceSecret(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_secret(options, name, value));
    return this;
  }

  /**
   * A variable of a Space; adds to earlier ones.
   *
   * hfhub_repo_options_add_space_variable:
   */
  public RepoOptions spaceVariable(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_variable(options, name, value));
    return this;
  }

  /**
   * A volume of a Space; adds to earlier ones.
   *
   * hfhub_repo_options_add_space_volume:
   */
  public RepoOptions spaceVolume(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_volume(options, value));
    return this;
  }

  /**
   * Where a branch or tag begins.
   *
   * hfhub_repo_options_set_revision:
   */
  public RepoOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_revision(options, value));
    return this;
  }

  /**
   * What a tag or a squash says.
   *
   * hfhub_repo_options_set_message:
   */
  public RepoOptions message(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_message(options, value));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   *
   * hfhub_repo_options_free:
   */
  @Override
  public void close() {
    handle.close();
  }
}
