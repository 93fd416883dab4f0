package io.github.libhfhub;

import static io.github.libhfhub.Tests.equal;
import static io.github.libhfhub.Tests.isTrue;
import static io.github.libhfhub.Tests.test;
import static io.github.libhfhub.Tests.thrown;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Texts, JSON, errors and handles: what needs no Hub. */
final class DocumentTests {
  private DocumentTests() {}

  static void run() {
    texts();
    json();
    handles();
    errors();
  }

  private static String round(String text) throws HfHubException {
    try (Json json = Json.of(text)) {
      return json.string();
    }
  }

  private static void texts() {
    test(
        "texts of every kind come back as they were",
        () -> {
          String all = "aé߿ࠀ퟿😀\uFFFD" + new String(Character.toChars(0x10FFFF)) + "\u0001";
          for (String text : List.of("", all, all.repeat(200), "x".repeat(511), "x".repeat(512), "x".repeat(513), "é".repeat(512))) {
            equal(round(text), text);
          }
        });
    test("half a surrogate pair is a question mark", () -> equal(round("a\uD83Db\uDE00"), "a?b?"));
    test(
        "NUL is refused where it would cut a text short",
        () -> {
          thrown(IllegalArgumentException.class, () -> new DownloadOptions().revision("main\0x"));
          HfHubException e = thrown(HfHubException.class, () -> Json.parse("[1]\0"));
          equal(e.status(), Status.E_ARGUMENT);
        });
    test(
        "null is NULL, and not empty",
        () -> {
          HfHubException e = thrown(HfHubException.class, () -> new DownloadOptions().revision(null));
          equal(e.status(), Status.E_ARGUMENT);
        });
    test("status names", () -> equal(Status.name(Status.E_IO) + Status.name(-12345), "HFHUB_E_IOHFHUB_E_UNKNOWN"));
  }

  private static void json() {
    test(
        "values by path",
        () -> {
          try (Json json = Json.parse("{\"a/b~\": [1, -2.5, \"é😀\", true, null], \"big\": 9223372036854775807}")) {
            Json list = json.get("a/b~");
            equal(list.type(), Json.Type.ARRAY);
            equal(list.size(), 5L);
            equal(list.get(0).integer(7), 1L);
            equal(list.get(1).number(7), -2.5);
            equal(list.get(1).integer(7), 7L);
            equal(list.get(2).string(), "é😀");
            equal(list.get(3).bool(), Optional.of(true));
            equal(list.get(2).bool(), Optional.empty());
            isTrue(list.get(4).isNull() && !list.get(4).isMissing(), "null is not missing");
            isTrue(list.get(5).isMissing(), "past the end");
            equal(json.at("/big").integer(0), Long.MAX_VALUE);
            equal(json.key(0), Optional.of("a/b~"));
            equal(json.key(2), Optional.empty());
            equal(list.elements().map(Json::toString).collect(Collectors.toList()).toString(), "[1, -2.5, \"\\u00e9\\ud83d\\ude00\", true, null]");
            equal(list.get(9).toString(), "");
            equal(list.get(0).text(2), "1");
            thrown(HfHubException.class, () -> list.get(9).text(-1));
          }
        });
    test(
        "to Java and back",
        () -> {
          Map<String, Object> map = new LinkedHashMap<>();
          map.put("text \"quoted\" \\ \n", Arrays.asList(1L, 2.5, true, null, "é"));
          map.put("empty", Map.of());
          map.put("none", List.of());
          try (Json json = Json.of(map)) {
            equal(json.toObject(), map);
            try (Json again = Json.of(Map.of("inner", json))) {
              equal(again.get("inner").toObject(), map);
            }
          }
        });
    test(
        "a closed document is refused, in all places",
        () -> {
          Json json = Json.parse("{\"a\": 1}");
          Json place = json.get("a");
          json.close();
          json.close();
          thrown(IllegalStateException.class, () -> place.integer(0));
          equal(place.toString(), "(closed)");
        });
  }

  private static void handles() {
    test(
        "a handle that is closed while it is used lives until the end of the use",
        () -> {
          long before = HfHub.handleCount();
          Handle handle = Handle.make("document", Raw::hfhub_json_free, out -> Raw.hfhub_json_parse("[1, 2]", out));
          CountDownLatch inside = new CountDownLatch(1);
          CountDownLatch closed = new CountDownLatch(1);
          FutureTask<Long> user =
              new FutureTask<>(
                  () ->
                      handle.<Long, Exception>call(
                          json -> {
                            inside.countDown();
                            closed.await();
                            return Raw.hfhub_json_get_count(json, "");
                          }));
          new Thread(user).start();
          inside.await();
          handle.close();
          thrown(IllegalStateException.class, () -> handle.call(json -> json));
          equal(HfHub.handleCount(), before + 1);
          closed.countDown();
          equal(user.get(), 2L);
          equal(HfHub.handleCount(), before);
        });
    test(
        "forgotten handles are freed",
        () -> {
          long before = HfHub.handleCount();
          for (int i = 0; i < 5000; i++) Json.parse("[1]").get(0).integer(0);
          isTrue(Tests.HandleCount.settled(before) <= before, HfHub.handleCount() + " of " + before);
        });
  }

  private static void errors() {
    test(
        "an argument's error says all it knows",
        () -> {
          HfHubException e = thrown(HfHubException.class, () -> new SessionOptions().set("net.retires", "1"));
          equal(e.status(), Status.E_ARGUMENT);
          equal(e.statusName(), "HFHUB_E_ARGUMENT");
          isTrue(e.getMessage().contains("net.retries"), e.getMessage());
          equal(e.httpStatus(), 0);
          equal(e.hubCode() + e.requestId() + e.serverMessage() + e.url() + e.repoType() + e.repoId() + e.path(), "");
          equal(e.retryAfter(), Optional.empty());
          isTrue(!e.isRetriable() && e.getClass() == HfHubException.class, e.toString());
        });
    test(
        "subclasses by status",
        () -> {
          Map<Integer, Class<?>> wanted =
              Map.of(
                  Status.E_CANCELLED, CancelledException.class, Status.E_ENTRY_NOT_FOUND, NotFoundException.class,
                  Status.E_REVISION_NOT_FOUND, NotFoundException.class, Status.E_INCOMPLETE, NotCachedException.class,
                  Status.E_GATED, AccessException.class, Status.E_TLS, NetworkException.class, Status.E_CONFLICT,
                  ConflictException.class, Status.E_INTEGRITY, IntegrityException.class, Status.E_PROTOCOL,
                  HfHubException.class);
          wanted.forEach(
              (status, type) ->
                  equal(
                      HfHubException.create(status, "NAME", "", 0, "", "", "", "", "", "", "", -1, false).getClass(), type));
        });
    test(
        "an exception can be written and read",
        () -> {
          HfHubException e = HfHubException.create(Status.E_GATED, "N", "m", 403, "Gated", "r", "s", "u", "t", "i", "p", 7, true);
          var bytes = new java.io.ByteArrayOutputStream();
          new java.io.ObjectOutputStream(bytes).writeObject(e);
          var in = new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(bytes.toByteArray()));
          HfHubException again = (HfHubException) in.readObject();
          equal(again.hubCode() + again.httpStatus() + again.getMessage(), "Gated403m");
        });
    test(
        "what the library knows",
        () -> {
          isTrue(HfHub.options().stream().anyMatch(option -> option.key().equals("net.retries")), "an option is missing");
          isTrue(HfHub.calls().stream().anyMatch(call -> call.name().equals("models.info")), "a call is missing");
          try (Json uri = HfHub.parseUri("hf://datasets/a/b@v1/c.csv")) {
            equal(uri.get("path").string(), "c.csv");
          }
        });
  }
}
