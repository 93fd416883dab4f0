package io.github.libhfhub;

import java.util.Map;

/** Java's own values as JSON text. */
final class JsonText {
  private JsonText() {}

  static String of(Object value) throws HfHubException {
    StringBuilder text = new StringBuilder();
    write(text, value);
    return text.toString();
  }

  private static void write(StringBuilder text, Object value) throws HfHubException {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      text.append(value);
    } else if (value instanceof Json) {
      text.append(((Json) value).text(-1));
    } else if (value instanceof Map) {
      String separator = "{";
      for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
        quote(text.append(separator), String.valueOf(member.getKey()));
        write(text.append(": "), member.getValue());
        separator = ", ";
      }
      text.append(separator.equals("{") ? "{}" : "}");
    } else if (value instanceof Iterable) {
      String separator = "[";
      for (Object element : (Iterable<?>) value) {
        write(text.append(separator), element);
        separator = ", ";
      }
      text.append(separator.equals("[") ? "[]" : "]");
    } else {
      quote(text, value.toString());
    }
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') text.append('\\').append(c);
      else if (c < 0x20) text.append(String.format("\\u%04x", (int) c));
      else text.append(c);
    }
    text.append('"');
  }
}
