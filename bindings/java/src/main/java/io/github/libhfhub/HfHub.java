package io.github.libhfhub;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What can be asked without a session. */
public final class HfHub {
  private HfHub() {}

  /**
   * An option that {@link SessionOptions#set} knows.
   *
   * @param key its key
   * @param defaultValue its default as text, or ""
   * @param environment its environment variables, separated by spaces
   * @param help what it does
   */
  public record Option(String key, String defaultValue, String environment, String help) {}

  /**
   * An operation that {@link Session#call} knows.
   *
   * @param name its name
   * @param parameters its parameters, separated by spaces; required ones first and marked with "!"
   */
  public record Call(String name, String parameters) {}

  /**
   * The library's version.
   * <p>
   * hfhub_version: The library's version, e.g. "0.1.0". Static storage. Since 0.1.
   */
  public static String version() {
    return Raw.hfhub_version();
  }

  /**
   * The version as a number.
   * <p>
   * hfhub_version_number: The version as a number, major * 1000000 + minor * 1000 + patch. Since 0.1.
   */
  public static long versionNumber() {
    return Raw.hfhub_version_number();
  }

  /**
   * Objects of the library that are alive in this process.
   * <p>
   * hfhub_handle_get_count: Objects of this library that were made in this process and not freed: handles, JSON
   * documents and errors of all kinds. For tests that look for leaks. Since 0.1.
   */
  public static long handleCount() {
    return Raw.hfhub_handle_get_count();
  }

  /**
   * All options of a session.
   * <p>
   * hfhub_option_get_count: Number of known option keys; docs/CONFIGURATION.md lists them. Since 0.1.
   * <p>
   * hfhub_option_get_key: Key of option number `index`, e.g. "net.retries"; NULL past the end. Static storage. Since
   * 0.1.
   * <p>
   * hfhub_option_get_default: Its default as text; "" when it is not set or derived from others. Static storage. Since
   * 0.1.
   * <p>
   * hfhub_option_get_environment: Its environment variables, by falling priority, separated by spaces; "!NAME" means
   * the opposite. Static storage. Since 0.1.
   * <p>
   * hfhub_option_get_help: One or two sentences about it. Static storage. Since 0.1.
   */
  public static List<Option> options() {
    return LongStream.range(0, Raw.hfhub_option_get_count())
        .mapToObj(
            index ->
                new Option(
                    Raw.hfhub_option_get_key(index),
                    Raw.hfhub_option_get_default(index),
                    Raw.hfhub_option_get_environment(index),
                    Raw.hfhub_option_get_help(index)))
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * All operations of the Hub's REST API that can be called by name.
   * <p>
   * hfhub_call_get_count: Number of known operations; docs/OPERATIONS.md lists them. Since 0.1.
   * <p>
   * hfhub_call_get_name: Name of operation number `index`, e.g. "models.info"; NULL past the end. Static storage. Since
   * 0.1.
   * <p>
   * hfhub_call_get_parameters: Parameters of operation number `index`, separated by spaces; required ones first and
   * marked with "!". Owned. Errors: E_ARGUMENT past the end. Since 0.1.
   */
  public static List<Call> calls() throws HfHubException {
    Call[] calls = new Call[Math.toIntExact(Raw.hfhub_call_get_count())];
    String[] parameters = new String[1];
    for (int index = 0; index < calls.length; index++) {
      Raw.hfhub_call_get_parameters(index, parameters);
      calls[index] = new Call(Raw.hfhub_call_get_name(index), parameters[0]);
    }
    return List.of(calls);
  }

  /**
   * The parts of an {@code hf://} address.
   * <p>
   * hfhub_uri_parse: Reads hf://[models/|datasets/|spaces/|kernels/]ns/name[&#64;revision][/path]. Result:
   * {"repo_type", "repo_id", "revision" or null, "path", "folder": whether it ended in "/"}. Errors: E_ARGUMENT. Since
   * 0.1.
   */
  public static Json parseUri(String uri) throws HfHubException {
    return Json.make(out -> Raw.hfhub_uri_parse(uri, out));
  }
}
