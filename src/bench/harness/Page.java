import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The page of documentation about performance: what was measured stands between two marks, and the
 * rest of it is nobody's business here.
 */
record Page(Report report) {
  private static final String BEGIN = "<!-- measured: src/bench/run writes what follows -->";
  private static final String END = "<!-- end of what was measured -->";

  void write(Path folder) throws IOException {
    Path page = folder.resolve("performance.md");
    String text = Files.exists(page) ? Files.readString(page) : "";
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new Refused(page + " has no place for it: the lines " + BEGIN + " and " + END);
    }
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + measured() + text.substring(end));
    Files.writeString(folder.resolve("performance.svg"), new Plot(report.results()).svg());
  }

  private String measured() {
    StringBuilder text = new StringBuilder("\n\n");
    text.append("`src/bench/run ").append(report.command()).append("`: ");
    text.append(String.join("; ", report.about())).append(".\n\n");
    List<List<String>> rows = report.table();
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---").append("|--:".repeat(rows.get(0).size() - 1)).append("|\n");
      }
    }
    text.append('\n');
    report.results().bounds().forEach(b -> text.append("* ").append(Report.line(b)).append('\n'));
    return text.append('\n').toString();
  }
}
