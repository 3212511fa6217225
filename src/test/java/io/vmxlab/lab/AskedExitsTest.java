package io.vmxlab.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vmxlab.explain.TransitionLine;
import io.vmxlab.machine.Machine;
import io.vmxlab.machine.RunListener;
import io.vmxlab.machine.VmTransition;
import io.vmxlab.model.CpuModels;
import io.vmxlab.model.DumpedCpu;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What asked for the VM exit of each vector, in words. */
class AskedExitsTest {
  private static final String EXPECTED = "/io/vmxlab/lab/asked-by.txt";

  @Test
  void everyExitNamesWhatAskedForIt() throws Exception {
    Map<String, String> found = new LinkedHashMap<>();
    for (TestVector v : Vectors.builtIn()) {
      if (v.expect().outcome() == TestVector.Ending.VM_EXIT) {
        found.put(v.id(), lastExit(v).askedBy());
      }
    }
    String text;
    try (var in = AskedExitsTest.class.getResourceAsStream(EXPECTED)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Map<String, String> expected = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      expected.put(line.substring(0, colon), line.substring(colon + 2));
    }
    assertEquals(lines(expected), lines(found));
  }

  private static String lines(Map<String, String> map) {
    StringBuilder text = new StringBuilder();
    map.forEach((id, asked) -> text.append(id).append(": ").append(asked).append('\n'));
    return text.toString();
  }

  private static TransitionLine lastExit(TestVector v) {
    DumpedCpu cpu =
        CpuModels.reference().stream()
            .filter(c -> VectorRunner.applies(v, c))
            .reduce((a, b) -> b)
            .orElseThrow();
    List<VmTransition> seen = new ArrayList<>();
    Machine machine = VectorRunner.machine(v, cpu);
    machine.listener(
        new RunListener() {
          @Override
          public boolean wantsTransitions() {
            return true;
          }

          @Override
          public void onTransition(VmTransition transition) {
            if (transition instanceof VmTransition.Exit) {
              seen.add(transition);
            }
          }
        });
    machine.run(VectorRunner.program(v));
    return new TransitionLine(seen.get(seen.size() - 1));
  }
}
