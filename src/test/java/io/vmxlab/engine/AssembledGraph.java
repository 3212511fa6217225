package io.vmxlab.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;

/** The graph of a region of assembled code. */
abstract class AssembledGraph {
  AssembledBlocks code;
  List<Block> blocks;
  RegionGraph graph;

  /** Takes the blocks at the labels, the first of which is entered. */
  void graph(String assembly, String labels) {
    code = new AssembledBlocks(assembly);
    graph(labels);
  }

  void graph(String labels) {
    blocks = code.all(labels);
    graph = new RegionGraph(BlockCode.of(blocks));
  }

  RegionGraph.Piece piece(String label) {
    return graph.piece(code.at(label));
  }

  /** Instructions of all pieces. */
  int written() {
    return blocks.stream().mapToInt(b -> graph.piece(b).count()).sum();
  }

  void isWhole(String label) {
    assertNull(piece(label).into(), label);
    assertEquals(code.at(label).count, piece(label).count(), label);
  }

  boolean isChecked(String from, String to) {
    return graph.isChecked(code.at(from), code.at(to));
  }

  int ahead(String label) {
    return graph.ahead(code.at(label));
  }
}
