package io.vmxlab.cpu;

import io.vmxlab.arch.CpuModel;
import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What one MSR is: when it exists, what it holds after RESET, what may be written. Immutable, and
 * the same for all processors.
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

  public boolean existsOn(Cpu cpu) {
    return b.exists.test(cpu);
  }

  public boolean readOnly() {
    return b.readOnly;
  }

  /** Bits that may be set in a new value; a set bit outside is #GP(0). */
  public long supported(Cpu cpu) {
    return b.supported.applyAsLong(cpu);
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
    private Predicate<Cpu> exists = cpu -> true;
    private boolean readOnly;
    private ToLongFunction<Cpu> supported = cpu -> -1L;
    private ToLongFunction<CpuModel> reset = model -> 0;
    private boolean modelDecides;
    private boolean keptByInit = true;
    private final List<RuleSet<StateView, Raise>> rules = new ArrayList<>();
    private ToLongFunction<Cpu> reader;
    private ObjLongConsumer<Cpu> writer;

    private Builder(Msr which) {
      this.which = which;
    }

    /** Exists on processors with the feature. */
    public Builder needs(Feature feature) {
      return existsIf(cpu -> cpu.model.has(feature));
    }

    public Builder existsIf(Predicate<Cpu> test) {
      exists = test;
      return this;
    }

    public Builder readOnly() {
      readOnly = true;
      return this;
    }

    /** Other bits are reserved: #GP(0) if set. */
    public Builder supports(long bits) {
      return supports(cpu -> bits);
    }

    public Builder supports(ToLongFunction<Cpu> bits) {
      supported = bits;
      rules.add(0, MsrRules.RESERVED_BITS);
      return this;
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
