package io.github.libhfhub;

/** What a repository is made or changed with. Not to be changed by two threads at once. */
public final class RepoOptions implements AutoCloseable {
  final Handle handle;

  /**
   * Options with their defaults.
   * <p>
   * hfhub_repo_options_new: Options with their defaults: a model, the session's token, nothing else said. Since 0.1.
   */
  public RepoOptions() throws HfHubException {
    handle = Handle.make("options", Raw::hfhub_repo_options_free, Raw::hfhub_repo_options_new);
  }

  /**
   * The repository's type.
   * <p>
   * hfhub_repo_options_set_repo_type: "model" (default), "dataset", "space" or "kernel". Every call takes it. Errors:
   * E_ARGUMENT. Since 0.1.
   */
  public RepoOptions repoType(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_repo_type(options, value));
    return this;
  }

  /**
   * Another token.
   * <p>
   * hfhub_repo_options_set_token: Another token than the session's; "" for none. Every call takes it. Errors:
   * E_ARGUMENT. Since 0.1.
   */
  public RepoOptions token(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_token(options, value));
    return this;
  }

  /**
   * Who sees it.
   * <p>
   * hfhub_repo_options_set_visibility: "public", "private" or, for Spaces, "protected" (everybody may use it, nobody
   * else sees its files). Default: what the Hub chooses. Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions visibility(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_visibility(options, value));
    return this;
  }

  /**
   * Whether others see it.
   * <p>
   * hfhub_repo_options_set_private: 1: the same as "private", 0: the same as "public". Since 0.1.
   */
  public RepoOptions setPrivate(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_private(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Who gets at its files.
   * <p>
   * hfhub_repo_options_set_gated: Who gets at the files: "auto" (whoever asks), "manual" (whom you approve) or "false"
   * (everybody). Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions gated(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_gated(options, value));
    return this;
  }

  /**
   * Whether it may be there already.
   * <p>
   * hfhub_repo_options_set_exist_ok: 1: what is there already is a success. Since 0.1.
   */
  public RepoOptions existOk(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_exist_ok(options, enable ? 1 : 0));
    return this;
  }

  /**
   * Whether it may be gone already.
   * <p>
   * hfhub_repo_options_set_missing_ok: 1: what is not there is a success. Since 0.1.
   */
  public RepoOptions missingOk(boolean enable) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_missing_ok(options, enable ? 1 : 0));
    return this;
  }

  /**
   * The organisation's resource group.
   * <p>
   * hfhub_repo_options_set_resource_group: The resource group of an Enterprise organisation. Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public RepoOptions resourceGroup(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_resource_group(options, value));
    return this;
  }

  /**
   * Where it is stored.
   * <p>
   * hfhub_repo_options_set_region: Where it is stored: "us" or "eu" (paying accounts). Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions region(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_region(options, value));
    return this;
  }

  /**
   * A Space's SDK.
   * <p>
   * hfhub_repo_options_set_space_sdk: What a Space is made with: "gradio", "streamlit", "docker" or "static". Errors:
   * E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceSdk(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_sdk(options, value));
    return this;
  }

  /**
   * A Space's template.
   * <p>
   * hfhub_repo_options_set_space_template: A template to start a Space from, by its name or repository; it brings its
   * SDK. Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceTemplate(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_template(options, value));
    return this;
  }

  /**
   * A Space's hardware.
   * <p>
   * hfhub_repo_options_set_space_hardware: What a Space runs on, e.g. "cpu-basic". Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceHardware(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_hardware(options, value));
    return this;
  }

  /**
   * When a Space goes to sleep, in seconds; -1 for never.
   * <p>
   * hfhub_repo_options_set_space_sleep_time: Seconds without use after which a Space is put to sleep; -1 for never.
   * Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceSleepTime(long seconds) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_space_sleep_time(options, seconds));
    return this;
  }

  /**
   * A secret of a Space; adds to earlier ones.
   * <p>
   * hfhub_repo_options_add_space_secret: A secret of a Space. Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceSecret(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_secret(options, name, value));
    return this;
  }

  /**
   * A variable of a Space; adds to earlier ones.
   * <p>
   * hfhub_repo_options_add_space_variable: An environment variable of a Space. Errors: E_ARGUMENT. Since 0.1.
   */
  public RepoOptions spaceVariable(String name, String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_variable(options, name, value));
    return this;
  }

  /**
   * A volume of a Space; adds to earlier ones.
   * <p>
   * hfhub_repo_options_add_space_volume: A repository or bucket that a Space sees as a folder:
   * hf://[models/|datasets/|spaces/|buckets/]ns/name[&#64;revision][/path]:/folder[:ro|:rw]. Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public RepoOptions spaceVolume(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_add_space_volume(options, value));
    return this;
  }

  /**
   * Where a branch or tag begins.
   * <p>
   * hfhub_repo_options_set_revision: Where a branch or tag begins: a branch, tag or commit hash. Default: main. Errors:
   * E_ARGUMENT. Since 0.1.
   */
  public RepoOptions revision(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_revision(options, value));
    return this;
  }

  /**
   * What a tag or a squash says.
   * <p>
   * hfhub_repo_options_set_message: The message of a tag, or of the commit that a squash makes. Errors: E_ARGUMENT.
   * Since 0.1.
   */
  public RepoOptions message(String value) throws HfHubException {
    handle.call(options -> Raw.hfhub_repo_options_set_message(options, value));
    return this;
  }

  /**
   * Frees the options; calls that took them have copied them.
   * <p>
   * hfhub_repo_options_free: Frees the options. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    handle.close();
  }
}
