package io.vmxlab.cpu;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * What one MSR does: what it holds after RESET, what may be written. On which processors it exists
 * stands in {@link Inventory}. Immutable, and the same for all processors.
 */
public final class MsrDefinition {
  private final Builder b;

  private MsrDefinition(Builder b) {
    this.b = b;
  }

  public static Builder msr(Msr which) {
    return new Builder(which);
  }

  public Msr which() {
    return b.which;
  }

  /** Bits that may be set in a new value; a set bit outside is #GP(0). */
  long supported(CpuModel model) {
    return Inventory.bits(model, b.which) & b.bits.applyAsLong(model);
  }

  /** Of these, those that a run may change. */
  long modelled(CpuModel model) {
    return Inventory.modelled(model, b.which) & b.bits.applyAsLong(model);
  }

  /** Value after RESET: the model's if it has one. */
  public long resetValue(CpuModel model) {
    long own = b.reset.applyAsLong(model);
    return b.modelDecides ? model.msr(b.which.index).orElse(own) : own;
  }

  /** Rules of a new value, in addition to those of every WRMSR. */
  List<RuleSet<StateView, Raise>> rules() {
    return List.copyOf(b.rules);
  }

  boolean keptByInit() {
    return b.keptByInit;
  }

  ToLongFunction<Cpu> reader() {
    return b.reader;
  }

  ObjLongConsumer<Cpu> writer() {
    return b.writer;
  }

  /** Collects what is known of an MSR; what is not said is the plainest possible. */
  public static final class Builder {
    private final Msr which;
    private ToLongFunction<CpuModel> bits = model -> -1L;
    private ToLongFunction<CpuModel> reset = model -> 0;
    private boolean modelDecides;
    private boolean keptByInit = true;
    private final List<RuleSet<StateView, Raise>> rules = new ArrayList<>();
    private ToLongFunction<Cpu> reader;
    private ObjLongConsumer<Cpu> writer;

    private Builder(Msr which) {
      this.which = which;
    }

    /** Bits that the list of register bits does not hold for a processor are reserved: #GP(0). */
    public Builder reservesBits() {
      rules.add(0, MsrRules.RESERVED_BITS);
      return this;
    }

    /** Other bits are reserved: #GP(0) if set. */
    public Builder supports(long value) {
      return supports(model -> value);
    }

    public Builder supports(ToLongFunction<CpuModel> value) {
      bits = value;
      return reservesBits();
    }

    /** Value after RESET, unless the model says otherwise. */
    public Builder reset(long value) {
      return reset(model -> value);
    }

    /** Value after RESET of a model whose dump does not say it. */
    public Builder reset(ToLongFunction<CpuModel> value) {
      reset = value;
      modelDecides = true;
      return this;
    }

    /** Value after RESET, whatever a dump of the real processor says. */
    public Builder always(long value) {
      reset = model -> value;
      return this;
    }

    /** INIT resets it too. */
    public Builder resetByInit() {
      keptByInit = false;
      return this;
    }

    public Builder rules(RuleSet<StateView, Raise> more) {
      rules.add(more);
      return this;
    }

    /** The value lives elsewhere in the processor. */
    public Builder livesIn(ToLongFunction<Cpu> read, ObjLongConsumer<Cpu> write) {
      reader = read;
      writer = write;
      return this;
    }

    /** Changes the value on its way into the register, or does something besides. */
    public Builder onWrite(ObjLongConsumer<Cpu> write) {
      writer = write;
      return this;
    }

    public MsrDefinition build() {
      return new MsrDefinition(this);
    }
  }
}
