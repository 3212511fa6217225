package io.vmxlab.machine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.asm.Assembler;
import io.vmxlab.engine.Engine;
import io.vmxlab.platform.Image;
import java.util.Map;

/**
 * Code that calls the constructors of a program and then goes on to the called function, which
 * finds its arguments and its return address as if it had been called itself.
 */
final class ConstructorCalls {
  /** The symbol of that code. */
  static final String NAME = "call_constructors";

  private static final int ALIGNMENT = 16;

  /** The registers of arguments and of results, whatever the convention. */
  private static final String[] SAVED_64 = {
    "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"
  };

  /** Shadow space that Microsoft's convention wants; with the registers it keeps RSP aligned. */
  private static final int SPACE_64 = 32;

  private static final String[] SAVED_32 = {"eax", "ecx", "edx"};

  private ConstructorCalls() {}

  /** The image with such code behind it. */
  static Image before(long function, Image image, CodeMode mode, Image.Room room) {
    long at = image.end() + ALIGNMENT - 1 & -ALIGNMENT;
    String text = mode == CodeMode.BITS64 ? text64(image, function) : text32(image, function);
    byte[] code = new Assembler(Engine.table(), NAME, mode, at, Map.of()).assemble(text).bytes();
    return image.with(NAME, at, code, room);
  }

  private static String text64(Image image, long function) {
    StringBuilder text = new StringBuilder();
    for (String register : SAVED_64) {
      text.append("push ").append(register).append('\n');
    }
    text.append("sub rsp, ").append(SPACE_64).append('\n');
    for (long constructor : image.constructors()) {
      text.append("mov rax, ").append(number(constructor)).append("\ncall rax\n");
    }
    text.append("add rsp, ").append(SPACE_64).append('\n');
    for (int i = SAVED_64.length - 1; i >= 0; i--) {
      text.append("pop ").append(SAVED_64[i]).append('\n');
    }
    return text.append("jmp [rel target]\ntarget: dq ").append(number(function)).toString();
  }

  private static String text32(Image image, long function) {
    StringBuilder text = new StringBuilder();
    for (String register : SAVED_32) {
      text.append("push ").append(register).append('\n');
    }
    for (long constructor : image.constructors()) {
      text.append("mov eax, ").append(number(constructor)).append("\ncall eax\n");
    }
    for (int i = SAVED_32.length - 1; i >= 0; i--) {
      text.append("pop ").append(SAVED_32[i]).append('\n');
    }
    return text.append("jmp [target]\ntarget: dd ").append(number(function)).toString();
  }

  private static String number(long address) {
    return "0x" + Long.toHexString(address);
  }
}
