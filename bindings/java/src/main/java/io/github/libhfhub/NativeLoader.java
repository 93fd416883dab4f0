package io.github.libhfhub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Loads the native half: from where a system property says, else from the jar, else as the JVM finds libraries. */
final class NativeLoader {
  static final String PROPERTY = "io.github.libhfhub.library";

  private NativeLoader() {}

  /** The JVM does this once: the static initializer of the raw layer calls it. */
  static void load() {
    String given = System.getProperty(PROPERTY);
    if (given != null && !given.isEmpty()) {
      System.load(Path.of(given).toAbsolutePath().toString());
      return;
    }
    String resource = "/META-INF/native/" + platform() + "/" + System.mapLibraryName("hfhub_jni");
    try (InputStream library = NativeLoader.class.getResourceAsStream(resource)) {
      if (library != null) {
        loadCopy(library, System.mapLibraryName("hfhub_jni"));
        return;
      }
    } catch (IOException e) {
      UnsatisfiedLinkError error =
          new UnsatisfiedLinkError(
              "cannot unpack " + resource + " (" + e + "); unpack it yourself and set -D" + PROPERTY + "=FILE");
      error.initCause(e);
      throw error;
    }
    System.loadLibrary("hfhub_jni");
  }

  /** For example "linux-x86_64". */
  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return os.replace(' ', '_') + "-" + (machine.equals("amd64") ? "x86_64" : machine);
  }

  /** The copy is deleted at once: what is mapped stays. Where a system refuses that, it goes when the JVM ends. */
  private static void loadCopy(InputStream library, String name) throws IOException {
    Path folder = Files.createTempDirectory("hfhub-");
    Path copy = folder.resolve(name);
    try {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
      System.load(copy.toString());
    } finally {
      try {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(folder);
      } catch (IOException busy) {
        folder.toFile().deleteOnExit();
        copy.toFile().deleteOnExit();
      }
    }
  }
}
