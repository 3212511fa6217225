package io.vmxlab.fuzz;

import io.vmxlab.cli.Cli;
import io.vmxlab.model.CpuModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A command line: an argument a line; what follows an empty line is standard input. */
final class CommandLineTarget extends RunTarget {
  private static final String LIMIT = "--max-instructions=2000";
  private static final int MOST_STATUS = 7;
  private static final List<String> WRITING = List.of("--output", "--junit-xml");

  /** What begins a note on {@code --force}, which is no complaint. */
  private static final String NOTE = "vmxlab: forced: ";

  private final Path written;

  CommandLineTarget() {
    super("command-line");
    try {
      written = Files.createTempDirectory("vmxlab-fuzz");
      written.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<byte[]> seeds() {
    return Seeds.texts(
        "run\nenter-vmx",
        "run\n-\n--json\n--trace\n--set\ncr4.VMXE=1\n--cpu\nhaswell\n\nnop\nmov rax, cr4\n",
        "run\n-\n--force\n--set\nVMX operation=1\n--mode\n32\n--memory\n4M\n\n90 90 F4\n",
        "run\n-\n--call\nmain\n--arg\nbuffer:16\n--arg=5\n--abi\nms\n--dialect\nmasm\n\nmain: ret\n",
        "run\n-\n--firmware\nlocked-off\n--seed\n7\n\nvmxon [vmxon_pointer]\n",
        "sequences\n--json",
        "sequences\nenter-vmx\n--c",
        "demo\ncr0-ne-clear\n--answer",
        "demo\n--list",
        "exercise\nset-vmxe\n-\n--json\n\nmov rax, cr4\nbts rax, 13\nmov cr4, rax\n",
        "exercise\nset-vmxe\n--hint\n1",
        "exercise\nset-vmxe\n--hints\n\n\n\n",
        "conformance\n--rule\nvmxon-feature-control-locked\n--cpu\npenryn\n--shard\n1/2\n--jobs\n1",
        "vectors\n--rule\nvmxon-feature-control-locked",
        "vectors\nexport\n--rule\nvmxon-feature-control-locked\n--format\njson",
        "rules\nvmxon-feature-control-locked\n--json",
        "cpus\nshow\nskylake\n--json",
        "cpus\ncompare\nskylake\npenryn",
        "cpus\nimport\n-\n--base\nskylake\n--name\nmine\n\n0x480: 0x00da040000000004\n",
        "decode\ncr4\n0x2020\n--all",
        "decode\n3Ah\n5\n--json",
        "asm\n-\n--mode\n16\n--org\n7C00h\n--hex\n\njmp $\n",
        "disasm\nF30FC730\n--mode\n32",
        "completion",
        "man\nrun",
        "help\nrun",
        "--version");
  }

  @Override
  public List<String> dictionary() {
    List<String> words = new ArrayList<>(Seeds.words(seeds()));
    words.addAll(CpuModels.names().subList(0, 5));
    words.addAll(
        List.of(
            "\n",
            "\n\n",
            "--",
            "-",
            "--help",
            "-h",
            "-V",
            "-x",
            "@file",
            "/",
            "..",
            "--verbose",
            "--strict",
            "/dev/null",
            "src",
            "pom.xml",
            "\n--json\n",
            "\n--trace\n"));
    return words;
  }

  @Override
  public Set<Class<? extends Throwable>> documented() {
    return Set.of();
  }

  @Override
  public int smallRun() {
    return 100;
  }

  @Override
  public int longest() {
    return 1 << 10;
  }

  /** A run is of 256 MBytes, and of all models there are some. */
  @Override
  public long guestMemory() {
    return 512L << 20;
  }

  @Override
  public String feed(byte[] input) {
    String text = FuzzTarget.text(input);
    int empty = text.indexOf("\n\n");
    String head = empty < 0 ? text : text.substring(0, empty);
    byte[] rest = FuzzTarget.bytes(empty < 0 ? "" : text.substring(empty + 2));
    List<String> args = harmless(head.lines().toList());
    Cli.Result result = Cli.with(rest, args.toArray(new String[0]));
    return judged(args, result);
  }

  /** Nothing is written but into a folder of its own, and no guest runs for long. */
  private List<String> harmless(List<String> args) {
    List<String> safe = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      boolean writing = WRITING.stream().anyMatch(arg::startsWith) || arg.matches("-\\w*o.*");
      if (writing) {
        safe.add((arg.startsWith("--j") ? "--junit-xml=" : "--output=") + file());
        i += arg.contains("=") ? 0 : 1;
      } else if (arg.startsWith("--max-instructions")) {
        i += arg.contains("=") ? 0 : 1;
      } else if (!arg.startsWith("@")) {
        safe.add(arg);
      }
    }
    if (safe.contains("run")) {
      safe.add(LIMIT);
    }
    if (safe.contains("conformance")) {
      safe.add("--shard=1/500");
    }
    return safe;
  }

  private Path file() {
    Path file = written.resolve("output");
    file.toFile().delete();
    return file;
  }

  private static String judged(List<String> args, Cli.Result result) {
    if (result.status() < 0 || result.status() > MOST_STATUS || result.status() == 1) {
      throw new IllegalStateException("status " + result.status() + ": " + result.err());
    }
    boolean machine = args.contains("--json") && !result.out().isEmpty();
    if (machine && result.out().startsWith("{")) {
      WellFormed.json(result.out());
    }
    String all = result.out() + result.err();
    if (all.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      throw new IllegalStateException("control characters in the output of " + args);
    }
    long messages = result.err().lines().filter(l -> !l.startsWith(NOTE)).count();
    if (result.status() == 2 && messages != 1 && !args.contains("exercise")) {
      throw new IllegalStateException("not one line: " + result.err());
    }
    String said = result.err().replaceAll("\"[^\"]*\"|[^a-z]+", "");
    return result.status() + said.substring(0, Math.min(60, said.length()));
  }
}
