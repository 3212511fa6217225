package io.vmxlab.platform.device;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The 8042 of a PC at ports 60H and 64H, without a keyboard or mouse: its output port, of which bit
 * 0 resets and bit 1 is address line 20, and the commands of the controller itself.
 */
public final class KeyboardController {
  private static final int DATA_PORT = 0x60;
  private static final int COMMAND_PORT = 0x64;

  // status
  private static final int OUTPUT_FULL = 0x01;
  private static final int SYSTEM = 0x04;
  private static final int COMMAND_LAST = 0x08;
  private static final int UNLOCKED = 0x10;

  // output port
  private static final int NO_RESET = 0x01;
  private static final int LINE_20 = 0x02;
  private static final int OTHER_LINES = 0xCC;

  private static final int INTERRUPT_ENABLE = 1;
  private static final int TEST_PASSED = 0x55;
  private static final int MOST_REPLIES = 16;

  /** What a keyboard would answer to is lost: nothing is there. */
  private static final int NO_COMMAND = -1;

  private final BooleanSupplier masked;
  private final Consumer<Boolean> mask;
  private final Runnable reset;
  private final InterruptLine line;
  private final Deque<Integer> replies = new ArrayDeque<>();
  private int commandByte = SYSTEM;
  private int waitsFor = NO_COMMAND;
  private int last;
  private boolean commandLast;

  /**
   * A controller.
   *
   * @param masked whether A20M# is asserted
   * @param mask asserts A20M#, or deasserts it
   * @param reset resets the board
   * @param line interrupt line 1
   */
  public KeyboardController(
      BooleanSupplier masked, Consumer<Boolean> mask, Runnable reset, InterruptLine line) {
    this.masked = masked;
    this.mask = mask;
    this.reset = reset;
    this.line = line;
  }

  /** Puts it at its ports. */
  public void attach(PortBus bus) {
    bus.attach(DATA_PORT, 1, new Data());
    bus.attach(COMMAND_PORT, 1, new Command());
  }

  private void reply(int value) {
    if (replies.size() < MOST_REPLIES) {
      replies.add(value);
    }
    update();
  }

  private void update() {
    line.set(!replies.isEmpty() && (commandByte & INTERRUPT_ENABLE) != 0);
  }

  private void outputPort(int value) {
    mask.accept((value & LINE_20) == 0);
    if ((value & NO_RESET) == 0) {
      reset.run();
    }
  }

  private final class Data implements PortDevice {
    @Override
    public int in(int port, int width) {
      if (!replies.isEmpty()) {
        last = replies.remove();
        update();
      }
      return last;
    }

    @Override
    public void out(int port, int width, int value) {
      int command = waitsFor;
      waitsFor = NO_COMMAND;
      commandLast = false;
      switch (command) {
        case 0x60:
          commandByte = value & 0xFF;
          update();
          break;
        case 0xD1:
          outputPort(value);
          break;
        case 0xD2:
          reply(value & 0xFF);
          break;
        default:
          break;
      }
    }
  }

  private final class Command implements PortDevice {
    @Override
    public int in(int port, int width) {
      return (replies.isEmpty() ? 0 : OUTPUT_FULL)
          | commandByte & SYSTEM
          | (commandLast ? COMMAND_LAST : 0)
          | UNLOCKED;
    }

    @Override
    public void out(int port, int width, int value) {
      int command = value & 0xFF;
      commandLast = true;
      switch (command) {
        case 0x20:
          reply(commandByte);
          break;
        case 0x60:
        case 0xD1:
        case 0xD2:
        case 0xD3:
        case 0xD4:
          waitsFor = command;
          break;
        case 0xA7: // auxiliary port off and on
        case 0xA8:
          commandByte = command == 0xA7 ? commandByte | 0x20 : commandByte & ~0x20;
          break;
        case 0xA9: // interface tests
        case 0xAB:
          reply(0);
          break;
        case 0xAA:
          commandByte |= SYSTEM;
          reply(TEST_PASSED);
          break;
        case 0xAD: // keyboard port off and on
        case 0xAE:
          commandByte = command == 0xAD ? commandByte | 0x10 : commandByte & ~0x10;
          break;
        case 0xD0:
          reply(OTHER_LINES | NO_RESET | (masked.getAsBoolean() ? 0 : LINE_20));
          break;
        case 0xDD:
          mask.accept(true);
          break;
        case 0xDF:
          mask.accept(false);
          break;
        default:
          if (command >= 0xF0 && (command & NO_RESET) == 0) { // pulse output lines
            reset.run();
          }
          break;
      }
    }
  }
}
