import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Speeds beside QEMU's, a line for each kernel, on a logarithmic scale. */
record Plot(Results results) {
  private static final int WIDTH = 760;
  private static final int LEFT = 110;
  private static final int RIGHT = 20;
  private static final int TOP = 62;
  private static final int LINE = 19;

  /** Machines by their colours; on paper and for the colour-blind they differ by shape too. */
  private static final Map<String, String> COLOURS =
      Map.of("bochs", "#8a8f98", "interpreter", "#0b6fb8", "auto", "#c8500a");

  private static final double[] MARKS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50};

  String svg() {
    List<String> shown = List.of("bochs", "interpreter", "auto");
    List<String> body = new ArrayList<>();
    double least = 1;
    double most = 1;
    int rows = 0;
    for (Kernel.Group group : results.groups()) {
      rows += 1;
      for (Kernel kernel : results.of(group)) {
        rows += isShown(kernel) ? 1 : 0;
        for (String machine : shown) {
          double speed = speed(machine, kernel).orElse(1);
          least = Math.min(least, speed);
          most = Math.max(most, speed);
        }
      }
    }
    Scale scale = new Scale(below(least), above(most));
    int bottom = TOP + rows * LINE + 6;
    grid(body, scale, bottom);
    int y = TOP;
    for (Kernel.Group group : results.groups()) {
      body.add(text(8, y + 14, "font-weight='600'", group.title));
      y += LINE;
      for (Kernel kernel : results.of(group)) {
        if (isShown(kernel)) {
          row(body, scale, kernel, shown, y);
          y += LINE;
        }
      }
    }
    legend(body, shown);
    return String.format(
        Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
            + " font-size='12' fill='#24292f' role='img'>%n"
            + "<title>Speed of vmxlab beside QEMU's system emulation, by kernel</title>%n"
            + "<rect width='100%%' height='100%%' fill='#ffffff'/>%n%s</svg>%n",
        WIDTH,
        bottom + 26,
        String.join("", body));
  }

  private boolean isShown(Kernel kernel) {
    return results.machines.contains("qemu") && results.samples("qemu", kernel) != null;
  }

  private OptionalDouble speed(String machine, Kernel kernel) {
    return results.ratio(new Results.Pair(machine, "qemu"), kernel);
  }

  private record Scale(double least, double most) {
    double x(double speed) {
      double part = Math.log(speed / least) / Math.log(most / least);
      return LEFT + part * (WIDTH - LEFT - RIGHT);
    }
  }

  private static double below(double speed) {
    double mark = MARKS[0];
    for (double m : MARKS) {
      mark = m <= speed ? m : mark;
    }
    return mark;
  }

  private static double above(double speed) {
    for (double m : MARKS) {
      if (m >= speed) {
        return m;
      }
    }
    return MARKS[MARKS.length - 1];
  }

  private static void grid(List<String> body, Scale scale, int bottom) {
    for (double mark : MARKS) {
      if (mark >= scale.least && mark <= scale.most) {
        double x = scale.x(mark);
        String stroke = mark == 1 ? "stroke='#24292f'" : "stroke='#d0d7de'";
        body.add(line(x, TOP, x, bottom, stroke));
        String label = mark == 1 ? "1 (QEMU)" : String.valueOf(mark).replaceAll("\\.0$", "");
        body.add(text(x, bottom + 16, "text-anchor='middle'", label));
      }
    }
  }

  private void row(List<String> body, Scale scale, Kernel kernel, List<String> shown, int y) {
    double middle = y + LINE / 2.0;
    body.add(text(20, middle + 4, "", kernel.name()));
    double[] all =
        shown.stream()
            .map(m -> speed(m, kernel))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(s -> scale.x(s.getAsDouble()))
            .sorted()
            .toArray();
    if (all.length > 0) {
      body.add(
          line(all[0], middle, all[all.length - 1], middle, "stroke='#d0d7de' stroke-width='3'"));
    }
    for (String machine : shown) {
      speed(machine, kernel).ifPresent(s -> body.add(mark(machine, scale.x(s), middle)));
    }
  }

  private void legend(List<String> body, List<String> shown) {
    body.add(
        text(8, 20, "font-size='15' font-weight='600'", "Speed, QEMU's system emulation being 1"));
    double x = 16;
    for (String machine : shown) {
      if (results.machines.contains(machine)) {
        String name = machine.equals("bochs") ? "Bochs" : "vmxlab, " + machine;
        body.add(mark(machine, x, 40));
        body.add(text(x + 10, 44, "", name));
        x += 40 + 7 * name.length();
      }
    }
  }

  private static String mark(String machine, double x, double y) {
    String fill = "fill='" + COLOURS.get(machine) + "'";
    return switch (machine) {
      case "auto" ->
          String.format(Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='5' %s/>%n", x, y, fill);
      case "interpreter" ->
          String.format(
              Locale.ROOT,
              "<rect x='%.1f' y='%.1f' width='9' height='9' %s/>%n",
              x - 4.5,
              y - 4.5,
              fill);
      default ->
          String.format(Locale.ROOT, "<path d='M%.1f %.1fl5 5l-5 5l-5 -5z' %s/>%n", x, y - 5, fill);
    };
  }

  private static String line(double x1, double y1, double x2, double y2, String stroke) {
    return String.format(
        Locale.ROOT,
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' %s/>%n",
        x1,
        y1,
        x2,
        y2,
        stroke);
  }

  private static String text(double x, double y, String more, String text) {
    return String.format(Locale.ROOT, "<text x='%.1f' y='%.1f' %s>%s</text>%n", x, y, more, text);
  }
}
