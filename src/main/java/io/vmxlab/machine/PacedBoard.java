package io.vmxlab.machine;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * The run of a board, piece by piece.
 *
 * @param <R> what it results in
 */
final class PacedBoard<R> implements Paced<R> {
  private final Board board;
  private final Turns turns;
  private final Supplier<R> result;

  PacedBoard(Board board, Turns turns, Supplier<R> result) {
    this.board = board;
    this.turns = turns;
    this.result = result;
  }

  @Override
  public boolean runTo(long spent) {
    return turns.runTo(spent);
  }

  @Override
  public boolean goesOn() {
    turns.lookAround();
    return !board.end.came();
  }

  @Override
  public void stop() {
    board.stop();
  }

  @Override
  public long spent() {
    return turns.spent();
  }

  @Override
  public List<Executing> processors() {
    return board.processors.stream()
        .map(p -> new Executing(p.number, p.cpu, p.engine, p.reader))
        .toList();
  }

  @Override
  public String ending() {
    return board.end.came() ? (board.end.ending().id() + " " + board.end.why()).strip() : "";
  }

  @Override
  public ByteArrayOutputStream output() {
    return board.output();
  }

  @Override
  public R result() {
    return result.get();
  }
}
