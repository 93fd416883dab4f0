package io.github.libhfhub;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A JSON document of the library, or a place in one. Places share their document: closing one closes all. A document that is not
 * closed is freed when nothing refers to it any more. Immutable, for any thread.
 */
public final class Json implements AutoCloseable {
  /** What a value is, in the order of the library's numbers. */
  public enum Type {
    /** There is no such value. */
    MISSING,
    /** null */
    NULL,
    /** true or false */
    BOOL,
    /** A number. */
    NUMBER,
    /** A text. */
    STRING,
    /** A list of values. */
    ARRAY,
    /** Values with names. */
    OBJECT
  }

  private final Handle document;
  private final String path;

  private Json(Handle document, String path) {
    this.document = document;
    this.path = path;
  }

  static Json make(Handle.Make make) throws HfHubException {
    return new Json(Handle.make("document", Raw::hfhub_json_free, make), "");
  }

  /**
   * A document from its text.
   * <p>
   * hfhub_json_parse: Parses `size` bytes of UTF-8 JSON text. Errors: E_ARGUMENT naming the byte offset. Since 0.1.
   */
  public static Json parse(String text) throws HfHubException {
    return make(out -> Raw.hfhub_json_parse(text, out));
  }

  /** A document from Java's own values: maps, iterables, texts, numbers, booleans, null, and {@code Json}. */
  public static Json of(Object value) throws HfHubException {
    return parse(JsonText.of(value));
  }

  /** The value that a JSON Pointer (RFC 6901) leads to from here; "" is this value. */
  public Json at(String pointer) {
    return pointer.isEmpty() ? this : new Json(document, path + pointer);
  }

  /** A member of this object. */
  public Json get(String key) {
    return new Json(document, path + "/" + key.replace("~", "~0").replace("/", "~1"));
  }

  /** An element of this array. */
  public Json get(long index) {
    return new Json(document, path + "/" + index);
  }

  /**
   * What this value is.
   * <p>
   * hfhub_json_get_type: The type of the value at `json_path`, HFHUB_JSON_MISSING when there is none. Since 0.1.
   */
  public Type type() {
    return Type.values()[document.call(json -> Raw.hfhub_json_get_type(json, path))];
  }

  /** Whether there is no value here. */
  public boolean isMissing() {
    return type() == Type.MISSING;
  }

  /** Whether this is null, or nothing. */
  public boolean isNull() {
    Type type = type();
    return type == Type.NULL || type == Type.MISSING;
  }

  /**
   * How many elements or members it has.
   * <p>
   * hfhub_json_get_count: Elements of the array or members of the object at `json_path`; 0 for anything else. Since
   * 0.1.
   */
  public long size() {
    return document.call(json -> Raw.hfhub_json_get_count(json, path));
  }

  /**
   * The name of a member, by its number.
   * <p>
   * hfhub_json_get_key: The name of the object's member number `index` (document order); NULL past the end or when it
   * is no object. Borrowed. Since 0.1.
   */
  public Optional<String> key(long index) {
    return Optional.ofNullable(document.call(json -> Raw.hfhub_json_get_key(json, path, index)));
  }

  /**
   * The text here; null when this is no text.
   * <p>
   * hfhub_json_get_string: The string at `json_path`; NULL when there is none. Borrowed. Since 0.1.
   */
  public String string() {
    return document.call(json -> Raw.hfhub_json_get_string(json, path));
  }

  /** The text here, or something else when this is no text. */
  public String string(String fallback) {
    return Objects.requireNonNullElse(string(), fallback);
  }

  /**
   * The integer here, or something else.
   * <p>
   * hfhub_json_get_int64: The integer at `json_path`; `fallback` when there is none or it does not fit. Since 0.1.
   */
  public long integer(long fallback) {
    return document.call(json -> Raw.hfhub_json_get_int64(json, path, fallback));
  }

  /**
   * The number here, or something else.
   * <p>
   * hfhub_json_get_double: The number at `json_path`; `fallback` when there is none. Since 0.1.
   */
  public double number(double fallback) {
    return document.call(json -> Raw.hfhub_json_get_double(json, path, fallback));
  }

  /**
   * The boolean here; empty when this is none.
   * <p>
   * hfhub_json_get_bool: 1 or 0 for the boolean at `json_path`; `fallback` when there is none. Since 0.1.
   */
  public Optional<Boolean> bool() {
    int value = document.call(json -> Raw.hfhub_json_get_bool(json, path, -1));
    return value < 0 ? Optional.empty() : Optional.of(value != 0);
  }

  /** The boolean here, or something else. */
  public boolean bool(boolean fallback) {
    return bool().orElse(fallback);
  }

  /** The elements of this array, or the values of this object, in their order. */
  public Stream<Json> elements() {
    if (type() == Type.OBJECT) return members().map(Map.Entry::getValue);
    return LongStream.range(0, size()).mapToObj(this::get);
  }

  /** The members of this object, in their order. */
  public Stream<Map.Entry<String, Json>> members() {
    if (type() != Type.OBJECT) return Stream.empty();
    return LongStream.range(0, size())
        .mapToObj(index -> key(index).orElseThrow())
        .map(key -> new AbstractMap.SimpleImmutableEntry<>(key, get(key)));
  }

  /** All of it as Java's own values: LinkedHashMap, ArrayList, String, Long, Double, Boolean and null. */
  public Object toObject() {
    switch (type()) {
      case OBJECT:
        Map<String, Object> map = new LinkedHashMap<>();
        members().forEach(member -> map.put(member.getKey(), member.getValue().toObject()));
        return map;
      case ARRAY:
        List<Object> list = new ArrayList<>();
        elements().forEach(element -> list.add(element.toObject()));
        return list;
      case STRING:
        return string();
      case NUMBER:
        long integer = integer(Long.MIN_VALUE);
        double number = number(0);
        return integer != Long.MIN_VALUE && integer == (long) number && number == Math.rint(number)
            ? (Object) integer
            : (Object) number;
      case BOOL:
        return bool(false);
      default:
        return null;
    }
  }

  /**
   * Its text; {@code indent} below 0: in one line.
   * <p>
   * hfhub_json_write: The value at `json_path` as text. `indent` &lt; 0: one line with ", " and ": " and ASCII only, as
   * Python prints it; &gt;= 0: that many spaces a level. Owned. Errors: E_ARGUMENT when there is no such value. Since
   * 0.1.
   */
  public String text(int indent) throws HfHubException {
    String[] out = new String[1];
    document.call(json -> Raw.hfhub_json_write(json, path, indent, out));
    return out[0];
  }

  /** Its text in one line; "" when there is no value. */
  @Override
  public String toString() {
    if (document.isClosed()) return "(closed)";
    try {
      return text(-1);
    } catch (HfHubException missing) {
      return "";
    }
  }

  /**
   * Frees the document, for all places in it.
   * <p>
   * hfhub_json_free: Frees the document. NULL is fine. Since 0.1.
   */
  @Override
  public void close() {
    document.close();
  }
}
