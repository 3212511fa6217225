package io.vmxlab.model;

import io.vmxlab.text.Bounded;
import io.vmxlab.text.Characters;
import io.vmxlab.text.Names;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The processor models that come with vmxlab, and models from files. */
public final class CpuModels {
  /** The model of a run that names none. */
  public static final String DEFAULT = "skylake";

  private static final String FOLDER = "cpus/";
  private static final String ENDING = ".cpu";
  private static final String MODELLED = "modelled.txt";
  private static final String INDEX = "index.txt";

  /** One of each generation that differs in what enabling VMX looks at. */
  private static final List<String> REFERENCE =
      List.of("penryn", "sandy-bridge", "haswell", "skylake", "skylake-sp", "ice-lake-sp");

  private CpuModels() {}

  /** Names of the built-in models, oldest first; Intel's before others. */
  public static List<String> names() {
    return resource(INDEX).lines().filter(l -> !l.startsWith("#")).toList();
  }

  /** All built-in models, in the order of {@link #names}. */
  public static List<DumpedCpu> list() {
    return names().stream().map(CpuModels::named).toList();
  }

  /** Six models that between them have what matters to enabling VMX, oldest first. */
  public static List<DumpedCpu> reference() {
    return REFERENCE.stream().map(CpuModels::named).toList();
  }

  /**
   * A built-in model.
   *
   * @throws CpuModelException if there is none of that name; its message suggests the nearest
   */
  public static DumpedCpu named(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (!exists(wanted)) {
      throw unknown(name);
    }
    return make(wanted, resource(wanted + ENDING));
  }

  /** There is a built-in model of that name; the index need not be read for it. */
  private static boolean exists(String name) {
    return name.matches("[a-z0-9-]+")
        && CpuModels.class.getResource(FOLDER + name + ENDING) != null;
  }

  private static CpuModelException unknown(String name) {
    String hint = Names.hint(name.toLowerCase(Locale.ROOT), names());
    String separator = hint.isEmpty() ? "; " : " ";
    return new CpuModelException(
        "unknown processor model \""
            + name
            + "\""
            + hint
            + separator
            + "vmxlab cpus lists the models");
  }

  /**
   * A built-in model, or else one from the file of that name.
   *
   * @throws CpuModelException if there is neither, or the file is not a model
   * @throws IOException if the file cannot be read
   */
  public static DumpedCpu find(String nameOrFile) throws IOException {
    if (exists(nameOrFile)) {
      return named(nameOrFile);
    }
    try {
      Path file = Path.of(nameOrFile);
      return Files.isRegularFile(file) ? read(file) : named(nameOrFile);
    } catch (InvalidPathException e) {
      throw unknown(nameOrFile);
    }
  }

  /**
   * A model from a file.
   *
   * @throws CpuModelException with file and line if the file is not a model
   * @throws IOException if it cannot be read
   */
  public static DumpedCpu read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = Bounded.bytes(in, Bounded.DOCUMENT);
    }
    if (!Characters.printable(bytes)) {
      throw new CpuModelException(file.getFileName() + ": this is no text, so no processor model");
    }
    return parse(file.getFileName().toString(), new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * A model from text.
   *
   * @param file named in errors
   * @throws CpuModelException with file and line if the text is not a model
   */
  public static DumpedCpu parse(String file, String text) {
    return make(file, text);
  }

  private static DumpedCpu make(String file, String text) {
    ModelText model = ModelText.parse(file, text);
    model.words.putIfAbsent("name", file);
    String base = model.words.get("base");
    if (base != null) {
      if (!exists(base)) {
        throw new CpuModelException(file + ": base: " + unknown(base).getMessage());
      }
      model.inherit(ModelText.parse(base, resource(base + ENDING)));
    }
    if (!model.leaves.containsKey(ModelText.key(1, 0))) {
      throw new CpuModelException(file + ": a processor model needs at least CPUID leaf 1");
    }
    return new DumpedCpu(model, ModelText.parse(MODELLED, resource(MODELLED)));
  }

  private static String resource(String name) {
    try (InputStream in = CpuModels.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
