package io.vmxlab.host;

import java.nio.file.*;
import java.util.*;

public class Try {
  public static void main(String[] a) throws Exception {
    var nat = NativeRunner.build(Files.createTempDirectory("host")).get();
    var forms = HostCases.forms(NativeRunner.features());
    System.out.println(forms.size() + " forms");
    int n = Integer.parseInt(a[0]);
    long seed = Long.parseLong(a[1]);
    List<HostCase> cases;
    cases = HostCases.make(forms, n, seed);
    long t = System.nanoTime();
    var host = nat.run(cases);
    System.out.println("native " + (System.nanoTime() - t) / 1000000 + " ms");
    t = System.nanoTime();
    var c = new Comparison();
    var e = new EngineCaseRunner();
    Map<String, Integer> counts = new TreeMap<>();
    int bad = 0;
    Map<Integer, Integer> vec = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      HostResult mine;
      vec.merge(host.get(i).vector(), 1, Integer::sum);
      String key;
      var d =
          HostCases.decoder()
              .decode(cases.get(i).code(), 0, cases.get(i).code().length, cases.get(i).mode());
      String name =
          d instanceof io.vmxlab.isa.Decoded.Valid v
              ? v.instruction().form.encoding() + " | " + v.instruction().form.syntax()
              : "undefined";
      if (a.length > 2 && !name.contains(a[2])) continue;
      try {
        mine = e.run(cases.get(i));
      } catch (RuntimeException x) {
        key = name + ": " + x;
        if (counts.merge(key, 1, Integer::sum) < 2) {
          System.out.println(cases.get(i));
          x.printStackTrace(System.out);
        }
        bad++;
        e = new EngineCaseRunner();
        continue;
      }
      var diff = c.difference(cases.get(i), host.get(i), mine);
      if (diff.isPresent()) {
        bad++;
        key = name + ": " + diff.get() + " host " + host.get(i).vector() + " mine " + mine.vector();
        if (counts.merge(key, 1, Integer::sum) < 2 && !name.contains("RORX"))
          System.out.println(cases.get(i) + "\n  host " + host.get(i) + "\n  mine " + mine);
      }
    }
    System.out.println("engine " + (System.nanoTime() - t) / 1000000 + " ms");
    counts.forEach((k, v) -> System.out.println(v + "\t" + k));
    c.used().forEach((k, v) -> System.out.println(v + " used " + k.reason()));
    System.out.println(bad + " of " + cases.size() + " vectors " + vec);
  }
}
