package io.vmxlab.engine;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.SegmentRegister;
import io.vmxlab.cpu.Activity;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.Events;
import io.vmxlab.cpu.Fault;
import io.vmxlab.cpu.Unmodelled;
import io.vmxlab.cpu.VmExit;
import io.vmxlab.isa.Decoder;
import io.vmxlab.isa.InstructionTable;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Runs code on a processor. Code is decoded once into blocks of operations; each operation's {@code
 * exec} returns the one that follows, and blocks go to each other directly.
 */
public final class Engine {
  private static final int CS = SegmentRegister.CS.ordinal();

  /** Iterations of a repeated string instruction that count as an instruction more. */
  private static final int ITERATIONS = 64;

  private final Cpu cpu;
  private final CodeCache cache;
  private final Translator translator;
  private CodeSpace space;
  private CodeSpace singleSpace;
  private StepListener listener;

  /** The engines of all processors that share the memory, this one included. */
  private List<Engine> sharing = List.of(this);

  private long delivered;
  private long blocks;
  private long decoded;

  /** Nanoseconds. */
  private long decoding;

  /** Events that have happened since the last instruction. */
  private int taken;

  /** What {@link #spent} counts besides retired instructions, when the horizon was set. */
  private long otherWork;

  /** The operation that is being executed or was last. */
  private Operation current;

  /** Runs code on the processor, with the instructions that its model has. */
  public Engine(Cpu cpu) {
    this(cpu, decoder(cpu), EngineMode.AUTO);
  }

  /**
   * The same, with the decoder of its processor.
   *
   * @param decoder see {@link #decoder}
   */
  public Engine(Cpu cpu, Decoder decoder, EngineMode mode) {
    this.cpu = cpu;
    cache = new CodeCache(mode);
    translator = new Translator(cpu, decoder);
    cpu.codeWatch = cache;
  }

  /**
   * Connects the engines of processors that share memory: a write of one drops the code that the
   * others have decoded. What happens to a processor outside its {@link #run} waits for the next.
   */
  public static void share(List<Engine> engines) {
    List<CodeCache> caches = engines.stream().map(e -> e.cache).toList();
    for (Engine engine : engines) {
      engine.sharing = List.copyOf(engines);
      engine.cpu.codeWatch = new SharedCode(engine.cache, caches);
      engine.cpu.events.defer();
    }
  }

  /** A decoder of the instructions that the real processor has. */
  public static Decoder decoder(Cpu cpu) {
    return new Decoder(table(), cpu.model.real()::has);
  }

  /** The whole instruction table. */
  public static InstructionTable table() {
    return Rows.table();
  }

  /**
   * Makes blocks of so many instructions at most, so that a run ends behind any instruction without
   * having executed others in another way than a longer run does. Before the first instruction.
   *
   * @param most from 1 to {@value Translator#MAX_BLOCK}
   */
  public void mostInBlock(int most) {
    cache.mostInBlock = most;
  }

  /** Keeps so many bytes of decoded code at most, so that a test sees code that is dropped. */
  void mostCode(long bytes) {
    cache.most = bytes;
  }

  /**
   * Says who writes regions, so that a test knows when they are there.
   *
   * @param by null for the thread that does if nothing is said
   */
  void regionWriter(Executor by) {
    cache.regions.writer(by);
  }

  /** Regions made so far: more than 0 if any code has been translated. */
  public long regions() {
    return cache.regions.made;
  }

  /** Instructions retired so far. */
  public long retired() {
    return cpu.retired;
  }

  /**
   * What a limit counts: instructions retired, exceptions delivered and deadlines waited for so
   * far, and one for every {@value #ITERATIONS} iterations of repeated string instructions, which
   * may take as long.
   */
  public long spent() {
    return cpu.retired + otherWork();
  }

  /** What it has made of code so far. */
  public EngineWork work() {
    return new EngineWork(blocks, decoded, decoding, cache.regions.made, cache.regions.making);
  }

  private long otherWork() {
    return delivered + cpu.iterations / ITERATIONS;
  }

  /** Reports every instruction from now on; null ends it. */
  public void stepListener(StepListener newListener) {
    listener = newListener;
  }

  /** Executes one instruction, or delivers its exception. */
  public Stop step() {
    return run(1);
  }

  /**
   * Runs on from {@code cpu.rip}.
   *
   * @param most instructions to execute and exceptions to deliver at most; a handler that faults
   *     for ever executes none
   */
  public Stop run(long most) {
    return run(most, 0);
  }

  /**
   * The same, but ends where a block does: after as many instructions, or fewer than {@value
   * Translator#MAX_BLOCK} more. For turns, which come often.
   */
  public Stop turn(long most) {
    return run(most, cache.mostInBlock - 1);
  }

  private Stop run(long most, long excess) {
    long limit = spent() + Math.min(most, Long.MAX_VALUE - spent() - excess);
    cpu.events.running(true);
    try {
      while (true) {
        Stop stop = boundary(limit);
        if (stop != null) {
          return stop;
        }
        otherWork = otherWork();
        long end = Math.min(limit + excess - otherWork, cpu.time.horizon());
        long last = end - cache.mostInBlock; // from where a block fits in
        if (single() || cpu.retired > last) {
          runSingly();
        } else {
          cpu.horizon = cache.regions.horizon(cpu.retired, last + 1);
          runBlocks();
        }
      }
    } catch (Unmodelled missing) {
      if (current != null) {
        recover(current);
      }
      return new Stop(Stop.Kind.UNMODELLED, missing.what());
    } finally {
      cpu.events.running(false);
    }
  }

  /** Between two instructions: lets happen what is due; says why the run ends here, else null. */
  private Stop boundary(long limit) {
    cpu.position = 0;
    if (taken < Events.MOST_AT_ONCE) {
      taken += cpu.events.take();
    }
    while (true) {
      if (cpu.events.pending(Event.STOP)) {
        cpu.events.withdraw(Event.STOP);
        return Stop.of(Stop.Kind.REQUESTED);
      }
      if (taken >= Events.MOST_AT_ONCE) { // perhaps one that comes for ever
        delivered += taken;
        taken = 0;
        if (spent() >= limit) {
          return Stop.of(Stop.Kind.LIMIT);
        }
        taken = cpu.events.take();
        continue;
      }
      cpu.time.expire();
      taken += cpu.events.take();
      boolean active = cpu.activity == Activity.ACTIVE;
      boolean waits = cpu.activity == Activity.HLT || cpu.inGuest();
      if (!active && !(waits && cpu.time.skip())) {
        boolean shut = cpu.activity == Activity.SHUTDOWN;
        return Stop.of(shut ? Stop.Kind.SHUTDOWN : Stop.Kind.HALTED);
      }
      if (spent() >= limit) {
        return Stop.of(Stop.Kind.LIMIT);
      }
      if (active) {
        taken = 0;
        return null;
      }
      delivered++; // a timer that never wakes the processor is work too
    }
  }

  /** Something has to be looked at after every instruction. */
  private boolean single() {
    return listener != null || (cpu.flagsRest & Rflags.TF) != 0 || cpu.singleStepPending();
  }

  private boolean interrupted() {
    return cpu.retired >= cpu.horizon
        || cpu.activity != Activity.ACTIVE
        || otherWork() != otherWork
        || single();
  }

  private void runBlocks() {
    final Cpu on = cpu;
    Operation op = null;
    try {
      op = lookup();
      cache.regions.look(cpu, op.block);
      op = op.block.first();
      cache.running = true;
      while (true) {
        Operation last;
        do {
          last = op;
          op = op.exec(on);
          if (op == null) {
            break;
          }
          last = op;
          op = op.exec(on);
          if (op == null) {
            break;
          }
          last = op;
          op = op.exec(on);
          if (op == null) {
            break;
          }
          last = op;
          op = op.exec(on);
        } while (op != null);
        cache.running = false;
        if (on.leaving) {
          on.leaving = false;
          op = last;
          op.raise();
          op = null; // a fault from here on is that of fetching what follows
          leave(last);
          countLeaving();
        }
        if (interrupted()) {
          return;
        }
        op = lookup();
        cache.link(last.actual(), op.block);
        cache.running = true;
      }
    } catch (Fault fault) {
      cache.running = false;
      if (op != null) {
        recover(op);
      }
      cpu.position = 0; // when the next block could not be fetched, of the one before
      deliver(fault);
    } catch (VmExit exit) {
      cache.running = false;
      leave(op);
    } catch (SelfModified again) {
      cache.running = false;
      recover(op);
      runSingly();
    } catch (Unmodelled missing) {
      current = op;
      throw missing;
    } finally {
      cache.running = false;
    }
  }

  /** Puts the processor at an operation that did not complete. */
  private void recover(Operation last) {
    Operation op = last.culprit();
    cpu.rip = op.rip();
    cpu.retired += op.position();
    cpu.position = 0;
    current = null;
  }

  private void deliver(Fault fault) {
    delivered++;
    cpu.deliver(fault);
  }

  /** A VM exit has been counted as work, within the limit that the horizon was set for. */
  private void countLeaving() {
    otherWork++;
    if (cpu.horizon != Events.NOW) {
      cpu.horizon--;
    }
  }

  /** Completes the VM exit that an operation has led to, or fetching one. */
  private void leave(Operation from) {
    cpu.leaving = false;
    int length = 0;
    if (from != null) {
      Operation op = from.culprit();
      length = op.insn == null ? 0 : op.insn.length();
      recover(from);
    }
    cpu.position = 0;
    delivered++;
    cpu.interception.leave(cpu, length);
  }

  private void runSingly() {
    cpu.horizon = Events.NOW;
    current = null;
    Operation first = null;
    try {
      cpu.beforeFetch();
      first = lookupSingly();
      if (listener != null) {
        listener.before(cpu, first.insn);
      }
      current = first;
      Operation op = first;
      cpu.beginStep();
      while (op != null) {
        op = op.exec(cpu);
      }
      if (cpu.leaving) {
        leave(first);
        tell(first);
        return;
      }
      current = null;
      cpu.endStep(first.branches() || cpu.rip != first.following());
      taken = cpu.events.take();
    } catch (Fault fault) {
      if (current != null) {
        recover(current);
      } else if (listener != null) {
        listener.before(cpu, null);
      }
      deliver(fault);
    } catch (VmExit exit) {
      leave(current);
    }
    tell(first);
  }

  /** The listener hears that an operation is over. */
  private void tell(Operation done) {
    if (listener != null) {
      listener.after(cpu, done == null ? null : done.insn);
    }
  }

  /** The operation at {@code cpu.rip}. */
  private Operation lookup() {
    updateSpaces();
    return lookup(space);
  }

  /** The same, alone in its block. */
  private Operation lookupSingly() {
    updateSpaces();
    if (singleSpace == null) {
      CodeSpace.Circumstances now = space.circumstances;
      singleSpace =
          cache.space(
              new CodeSpace.Circumstances(
                  now.mode(), now.base(), now.limit(), now.user(), true, now.ways()));
    }
    return lookup(singleSpace);
  }

  private Operation lookup(CodeSpace in) {
    long rip = cpu.rip;
    Operation op = in.near(rip);
    if (op != null && !cpu.mmu.watchesStale()) {
      return op;
    }
    long physical = cpu.mmu.fetch(cpu.codeLinear(rip));
    Block block = in.find(rip, physical);
    if (block == null || !sameSecondPage(block)) {
      block = decode(in, rip, physical);
      watch(block.page());
      if (block.secondPage() != Block.NONE) {
        watch(block.secondPage());
      }
      cache.add(block);
    }
    in.bringNear(block);
    return block.first();
  }

  private Block decode(CodeSpace in, long rip, long physical) {
    long began = System.nanoTime();
    Block block = translator.translate(in, rip, physical);
    decoding += System.nanoTime() - began;
    blocks++;
    decoded += block.count;
    return block;
  }

  /** From now on writes to a page are told, whoever makes them; those to pages with code are. */
  private void watch(long page) {
    if (cache.watches(page)) {
      return;
    }
    for (Engine engine : sharing) {
      engine.cpu.mmu.forgetWrites(page);
    }
  }

  private boolean sameSecondPage(Block block) {
    if (block.secondPage() == Block.NONE) {
      return true;
    }
    long last = cpu.codeLinear(block.rip + block.length - 1);
    return (cpu.mmu.fetch(last) & ~0xFFFL) == block.secondPage();
  }

  private void updateSpaces() {
    CodeMode mode = cpu.codeMode();
    long base = mode == CodeMode.BITS64 ? 0 : cpu.segments[CS].base;
    int limit = mode == CodeMode.BITS64 ? 0 : cpu.segments[CS].limit;
    boolean user = cpu.cpl == 3;
    int ways = cpu.mmu.set();
    if (space == null || !space.circumstances.are(mode, base, limit, user, ways)) {
      space = cache.space(mode, base, limit, user, ways);
      singleSpace = null;
    }
  }
}
