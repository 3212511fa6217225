package io.vmxlab.semantics;

import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Lanes;
import io.vmxlab.isa.Page;

/** AES, carry-less multiplication, SHA. SDM Vol. 2 by instruction. */
public final class Cryptography {
  // spotless:off
  static final Page AESENC = page("AESENC", Sdm.AESENC)
      .needs(Feature.AES)
      .form("66 0F 38 DC /r", "AESENC xmm1, xmm2/m128")
      .does(Cryptography.class, "encrypt");

  static final Page AESENCLAST = page("AESENCLAST", Sdm.AESENCLAST)
      .needs(Feature.AES)
      .form("66 0F 38 DD /r", "AESENCLAST xmm1, xmm2/m128")
      .does(Cryptography.class, "encryptLast");

  static final Page AESDEC = page("AESDEC", Sdm.AESDEC)
      .needs(Feature.AES)
      .form("66 0F 38 DE /r", "AESDEC xmm1, xmm2/m128")
      .does(Cryptography.class, "decrypt");

  static final Page AESDECLAST = page("AESDECLAST", Sdm.AESDECLAST)
      .needs(Feature.AES)
      .form("66 0F 38 DF /r", "AESDECLAST xmm1, xmm2/m128")
      .does(Cryptography.class, "decryptLast");

  static final Page AESIMC = page("AESIMC", Sdm.AESIMC)
      .needs(Feature.AES)
      .form("66 0F 38 DB /r", "AESIMC xmm1, xmm2/m128")
      .does(Cryptography.class, "inverseMixColumns");

  static final Page AESKEYGENASSIST = page("AESKEYGENASSIST", Sdm.AESKEYGENASSIST)
      .needs(Feature.AES)
      .form("66 0F 3A DF /r ib", "AESKEYGENASSIST xmm1, xmm2/m128, imm8")
      .does(Cryptography.class, "assistKeyGeneration");

  static final Page PCLMULQDQ = page("PCLMULQDQ", Sdm.PCLMULQDQ)
      .needs(Feature.PCLMULQDQ)
      .form("66 0F 3A 44 /r ib", "PCLMULQDQ xmm1, xmm2/m128, imm8")
      .does(Cryptography.class, "multiplyCarryLess");

  static final Page SHA1RNDS4 = page("SHA1RNDS4", Sdm.SHA1RNDS4)
      .needs(Feature.SHA)
      .form("NP 0F 3A CC /r ib", "SHA1RNDS4 xmm1, xmm2/m128, imm8")
      .does(Cryptography.class, "sha1Rounds");

  static final Page SHA1NEXTE = page("SHA1NEXTE", Sdm.SHA1NEXTE)
      .needs(Feature.SHA)
      .form("NP 0F 38 C8 /r", "SHA1NEXTE xmm1, xmm2/m128")
      .does(Cryptography.class, "sha1NextE");

  static final Page SHA1MSG1 = page("SHA1MSG1", Sdm.SHA1MSG1)
      .needs(Feature.SHA)
      .form("NP 0F 38 C9 /r", "SHA1MSG1 xmm1, xmm2/m128")
      .does(Cryptography.class, "sha1Message1");

  static final Page SHA1MSG2 = page("SHA1MSG2", Sdm.SHA1MSG2)
      .needs(Feature.SHA)
      .form("NP 0F 38 CA /r", "SHA1MSG2 xmm1, xmm2/m128")
      .does(Cryptography.class, "sha1Message2");

  static final Page SHA256RNDS2 = page("SHA256RNDS2", Sdm.SHA256RNDS2)
      .needs(Feature.SHA)
      .form("NP 0F 38 CB /r", "SHA256RNDS2 xmm1, xmm2/m128, <XMM0>")
      .does(Cryptography.class, "sha256Rounds");

  static final Page SHA256MSG1 = page("SHA256MSG1", Sdm.SHA256MSG1)
      .needs(Feature.SHA)
      .form("NP 0F 38 CC /r", "SHA256MSG1 xmm1, xmm2/m128")
      .does(Cryptography.class, "sha256Message1");

  static final Page SHA256MSG2 = page("SHA256MSG2", Sdm.SHA256MSG2)
      .needs(Feature.SHA)
      .form("NP 0F 38 CD /r", "SHA256MSG2 xmm1, xmm2/m128")
      .does(Cryptography.class, "sha256Message2");
  // spotless:on

  private Cryptography() {}

  private static final int REDUCTION = 0x1B;
  private static final int AFFINE_CONSTANT = 0x63;

  /** The S-box, and its inverse. FIPS 197 "SubBytes Transformation". */
  private static final int[] SUBSTITUTION = new int[256];

  private static final int[] INVERSE = new int[256];

  private static final int[] SHA1_CONSTANTS = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};

  static {
    for (int x = 0; x < 256; x++) {
      int inverse = reciprocal(x);
      int y = AFFINE_CONSTANT;
      for (int turn = 0; turn < 5; turn++) {
        y ^= (inverse << turn | inverse >> (8 - turn)) & 0xFF;
      }
      SUBSTITUTION[x] = y;
      INVERSE[y] = x;
    }
  }

  /** In GF(2^8); 0 for 0. */
  private static int reciprocal(int x) {
    for (int y = 1; y < 256; y++) {
      if (product(x, y) == 1) {
        return y;
      }
    }
    return 0;
  }

  private static int product(int x, int y) {
    int sum = 0;
    int power = x;
    for (int i = 0; i < 8; i++) {
      sum ^= (y >> i & 1) != 0 ? power : 0;
      power = doubled(power);
    }
    return sum;
  }

  /** Each byte times 2 in GF(2^8). */
  private static int doubled(int bytes) {
    return (bytes & 0x7F7F7F7F) << 1 ^ (bytes >>> 7 & 0x01010101) * REDUCTION;
  }

  /** MixColumns of a column, whose first row is the low byte. */
  private static int mix(int column) {
    int twice = doubled(column);
    return twice
        ^ Integer.rotateRight(twice ^ column, 8)
        ^ Integer.rotateRight(column, 16)
        ^ Integer.rotateRight(column, 24);
  }

  /** InvMixColumns. */
  private static int unmix(int column) {
    int twice = doubled(column);
    int fourfold = doubled(twice);
    int eightfold = doubled(fourfold);
    return eightfold
        ^ fourfold
        ^ twice
        ^ Integer.rotateRight(eightfold ^ twice ^ column, 8)
        ^ Integer.rotateRight(eightfold ^ fourfold ^ column, 16)
        ^ Integer.rotateRight(eightfold ^ column, 24);
  }

  /** ShiftRows and SubBytes: a column of the result. */
  private static int column(long[] state, int[] box, int column, int direction) {
    int bytes = 0;
    for (int row = 0; row < 4; row++) {
      int from = column + direction * row & 3;
      bytes |= box[(int) Lanes.get(8, state, 4 * from + row)] << 8 * row;
    }
    return bytes;
  }

  private static void round(
      int width, long[] dest, long[] key, int[] box, int direction, boolean mixes) {
    for (int i = 0; i < 4; i++) {
      int column = column(dest, box, i, direction);
      if (mixes) {
        column = direction > 0 ? mix(column) : unmix(column);
      }
      Lanes.set(32, key, i, Lanes.get(32, key, i) ^ column);
    }
    System.arraycopy(key, 0, dest, 0, width / 64);
  }

  /** DEST := MixColumns(SubBytes(ShiftRows(DEST))) XOR SRC */
  public static void encrypt(Cpu cpu, int width, int element, long[] dest, long[] source) {
    round(width, dest, source, SUBSTITUTION, 1, true);
  }

  /** DEST := SubBytes(ShiftRows(DEST)) XOR SRC */
  public static void encryptLast(Cpu cpu, int width, int element, long[] dest, long[] source) {
    round(width, dest, source, SUBSTITUTION, 1, false);
  }

  /** DEST := InvMixColumns(InvSubBytes(InvShiftRows(DEST))) XOR SRC */
  public static void decrypt(Cpu cpu, int width, int element, long[] dest, long[] source) {
    round(width, dest, source, INVERSE, -1, true);
  }

  /** DEST := InvSubBytes(InvShiftRows(DEST)) XOR SRC */
  public static void decryptLast(Cpu cpu, int width, int element, long[] dest, long[] source) {
    round(width, dest, source, INVERSE, -1, false);
  }

  /** DEST := InvMixColumns(SRC) */
  public static void inverseMixColumns(
      Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = 0; i < 4; i++) {
      Lanes.set(32, dest, i, unmix((int) Lanes.get(32, source, i)));
    }
  }

  /** Of the doublewords 1 and 3: SubWord, and RotWord of that with the round constant. */
  public static void assistKeyGeneration(
      Cpu cpu, int width, int element, long[] dest, long[] source, long constant) {
    for (int i = 0; i < 4; i += 2) {
      int word = 0;
      for (int j = 0; j < 4; j++) {
        word |= SUBSTITUTION[(int) Lanes.get(8, source, 4 * (i + 1) + j)] << 8 * j;
      }
      Lanes.set(32, dest, i, word);
      Lanes.set(32, dest, i + 1, Integer.rotateRight(word, 8) ^ constant & 0xFF);
    }
  }

  /** The product over GF(2) of a quadword of DEST and one of SRC, chosen by bits 0 and 4. */
  public static void multiplyCarryLess(
      Cpu cpu, int width, int element, long[] dest, long[] source, long choice) {
    long a = dest[(int) choice & 1];
    long b = source[(int) choice >> 4 & 1];
    long low = 0;
    long high = 0;
    for (int i = 0; i < 64; i++) {
      if ((b >>> i & 1) != 0) {
        low ^= a << i;
        high ^= i == 0 ? 0 : a >>> (64 - i);
      }
    }
    dest[0] = low;
    dest[1] = high;
  }

  private static int word(long[] vector, int i) {
    return (int) Lanes.get(32, vector, i);
  }

  /** Of the highest doubleword first. */
  private static void words(long[] vector, int w3, int w2, int w1, int w0) {
    vector[0] = (long) w1 << 32 | Integer.toUnsignedLong(w0);
    vector[1] = (long) w3 << 32 | Integer.toUnsignedLong(w2);
  }

  /**
   * Four rounds on A, B, C, D in DEST (A highest) with words in SRC, the first of which holds E.
   */
  public static void sha1Rounds(
      Cpu cpu, int width, int element, long[] dest, long[] source, long function) {
    int a = word(dest, 3);
    int b = word(dest, 2);
    int c = word(dest, 1);
    int d = word(dest, 0);
    int e = 0;
    for (int i = 0; i < 4; i++) {
      int f;
      switch ((int) function & 3) {
        case 0:
          f = b & c ^ ~b & d;
          break;
        case 2:
          f = b & c ^ b & d ^ c & d;
          break;
        default:
          f = b ^ c ^ d;
          break;
      }
      int sum = f + Integer.rotateLeft(a, 5) + word(source, 3 - i) + e;
      e = d;
      d = c;
      c = Integer.rotateLeft(b, 30);
      b = a;
      a = sum + SHA1_CONSTANTS[(int) function & 3];
    }
    words(dest, a, b, c, d);
  }

  /** DEST := SRC, its highest doubleword increased by E as it is after four rounds. */
  public static void sha1NextE(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int e = Integer.rotateLeft(word(dest, 3), 30);
    words(dest, word(source, 3) + e, word(source, 2), word(source, 1), word(source, 0));
  }

  /** The next four words of the schedule, first part. */
  public static void sha1Message1(Cpu cpu, int width, int element, long[] dest, long[] source) {
    dest[1] ^= dest[0];
    dest[0] ^= source[1];
  }

  /** The next four words of the schedule, second part. */
  public static void sha1Message2(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int w16 = Integer.rotateLeft(word(dest, 3) ^ word(source, 2), 1);
    int w17 = Integer.rotateLeft(word(dest, 2) ^ word(source, 1), 1);
    int w18 = Integer.rotateLeft(word(dest, 1) ^ word(source, 0), 1);
    words(dest, w16, w17, w18, Integer.rotateLeft(word(dest, 0) ^ w16, 1));
  }

  /** Two rounds on C, D, G, H in DEST and A, B, E, F in SRC, with words and constants in XMM0. */
  public static void sha256Rounds(Cpu cpu, int width, int element, long[] dest, long[] source) {
    int a = word(source, 3);
    int b = word(source, 2);
    int c = word(dest, 3);
    int d = word(dest, 2);
    int e = word(source, 1);
    int f = word(source, 0);
    int g = word(dest, 1);
    int h = word(dest, 0);
    long[] words = cpu.simd.xmm0();
    for (int i = 0; i < 2; i++) {
      int sum = (e & f ^ ~e & g) + turns(e, 6, 11, 25) + word(words, i) + h;
      h = g;
      g = f;
      f = e;
      e = sum + d;
      int majority = a & b ^ a & c ^ b & c;
      int next = sum + majority + turns(a, 2, 13, 22);
      d = c;
      c = b;
      b = a;
      a = next;
    }
    words(dest, a, b, e, f);
  }

  private static int turns(int x, int first, int second, int third) {
    return Integer.rotateRight(x, first)
        ^ Integer.rotateRight(x, second)
        ^ Integer.rotateRight(x, third);
  }

  /** The next four words of the schedule, first part. */
  public static void sha256Message1(Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = 0; i < 4; i++) {
      int next = i < 3 ? word(dest, i + 1) : word(source, 0);
      int mixed = Integer.rotateRight(next, 7) ^ Integer.rotateRight(next, 18) ^ next >>> 3;
      Lanes.set(32, dest, i, word(dest, i) + mixed);
    }
  }

  /** The next four words of the schedule, second part. */
  public static void sha256Message2(Cpu cpu, int width, int element, long[] dest, long[] source) {
    for (int i = 0; i < 4; i++) {
      int past = i < 2 ? word(source, i + 2) : word(dest, i - 2);
      int mixed = Integer.rotateRight(past, 17) ^ Integer.rotateRight(past, 19) ^ past >>> 10;
      Lanes.set(32, dest, i, word(dest, i) + mixed);
    }
  }
}
