package io.vmxlab.engine;

import io.vmxlab.isa.Page;
import io.vmxlab.semantics.Arithmetic;
import io.vmxlab.semantics.BitCount;
import io.vmxlab.semantics.BitString;
import io.vmxlab.semantics.Bmi;
import io.vmxlab.semantics.ConditionalJump;
import io.vmxlab.semantics.ConditionalMove;
import io.vmxlab.semantics.ConditionalSet;
import io.vmxlab.semantics.ControlRegisterTransfer;
import io.vmxlab.semantics.ControlTransfer;
import io.vmxlab.semantics.Cryptography;
import io.vmxlab.semantics.DataTransfer;
import io.vmxlab.semantics.Decimal;
import io.vmxlab.semantics.DescriptorTables;
import io.vmxlab.semantics.DirectStores;
import io.vmxlab.semantics.Division;
import io.vmxlab.semantics.Exchange;
import io.vmxlab.semantics.FarControlTransfer;
import io.vmxlab.semantics.FlagControl;
import io.vmxlab.semantics.FlagsTransfer;
import io.vmxlab.semantics.FloatArithmetic;
import io.vmxlab.semantics.FloatComparison;
import io.vmxlab.semantics.FloatConversion;
import io.vmxlab.semantics.FxSave;
import io.vmxlab.semantics.Identification;
import io.vmxlab.semantics.Increment;
import io.vmxlab.semantics.Interrupts;
import io.vmxlab.semantics.Logical;
import io.vmxlab.semantics.Miscellaneous;
import io.vmxlab.semantics.ModelSpecificRegisters;
import io.vmxlab.semantics.Multiplication;
import io.vmxlab.semantics.MxcsrTransfer;
import io.vmxlab.semantics.PackedArithmetic;
import io.vmxlab.semantics.PackedConversion;
import io.vmxlab.semantics.PackedHorizontal;
import io.vmxlab.semantics.PackedLogic;
import io.vmxlab.semantics.PackedShuffle;
import io.vmxlab.semantics.PackedStrings;
import io.vmxlab.semantics.PortIo;
import io.vmxlab.semantics.ProcessorControl;
import io.vmxlab.semantics.ProtectionKeys;
import io.vmxlab.semantics.Rotate;
import io.vmxlab.semantics.SegmentBases;
import io.vmxlab.semantics.SegmentInspection;
import io.vmxlab.semantics.SegmentTransfer;
import io.vmxlab.semantics.Shift;
import io.vmxlab.semantics.StackTransfer;
import io.vmxlab.semantics.Strings;
import io.vmxlab.semantics.SystemCalls;
import io.vmxlab.semantics.SystemManagement;
import io.vmxlab.semantics.UnmodelledAvx;
import io.vmxlab.semantics.UnmodelledAvx2;
import io.vmxlab.semantics.UnmodelledAvx512;
import io.vmxlab.semantics.UnmodelledAvxContinued;
import io.vmxlab.semantics.UnmodelledAvxLate;
import io.vmxlab.semantics.UnmodelledFma;
import io.vmxlab.semantics.UnmodelledGfni;
import io.vmxlab.semantics.UnmodelledLate;
import io.vmxlab.semantics.UnmodelledSystem;
import io.vmxlab.semantics.VectorMoves;
import io.vmxlab.semantics.X87Arithmetic;
import io.vmxlab.semantics.X87Comparison;
import io.vmxlab.semantics.X87ControlInstructions;
import io.vmxlab.semantics.X87Image;
import io.vmxlab.semantics.X87Transcendental;
import io.vmxlab.semantics.X87Transfer;
import io.vmxlab.semantics.Xsave;
import io.vmxlab.vmx.Invept;
import io.vmxlab.vmx.Invvpid;
import io.vmxlab.vmx.OtherVmxInstructions;
import io.vmxlab.vmx.TdxInstructions;
import io.vmxlab.vmx.VmEntryInstructions;
import io.vmxlab.vmx.VmcsAccess;
import io.vmxlab.vmx.VmcsPointers;
import io.vmxlab.vmx.Vmxoff;
import io.vmxlab.vmx.Vmxon;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** Gathers the pages from the classes that hold them. Used by the build and by tests only. */
public final class Pages {
  private static final List<Class<?>> CLASSES =
      List.of(
          DataTransfer.class,
          ConditionalMove.class,
          Exchange.class,
          StackTransfer.class,
          Arithmetic.class,
          Increment.class,
          Multiplication.class,
          Division.class,
          Decimal.class,
          Logical.class,
          Shift.class,
          Rotate.class,
          BitString.class,
          BitCount.class,
          ConditionalSet.class,
          ControlTransfer.class,
          ConditionalJump.class,
          Strings.class,
          FlagControl.class,
          Miscellaneous.class,
          Bmi.class,
          VectorMoves.class,
          PackedArithmetic.class,
          PackedLogic.class,
          PackedConversion.class,
          PackedShuffle.class,
          PackedHorizontal.class,
          PackedStrings.class,
          Cryptography.class,
          FloatArithmetic.class,
          FloatComparison.class,
          FloatConversion.class,
          MxcsrTransfer.class,
          ControlRegisterTransfer.class,
          ModelSpecificRegisters.class,
          DescriptorTables.class,
          SegmentTransfer.class,
          SegmentInspection.class,
          FarControlTransfer.class,
          Interrupts.class,
          SystemCalls.class,
          SegmentBases.class,
          ProcessorControl.class,
          SystemManagement.class,
          FlagsTransfer.class,
          PortIo.class,
          Identification.class,
          ProtectionKeys.class,
          Vmxon.class,
          Vmxoff.class,
          VmcsPointers.class,
          VmcsAccess.class,
          VmEntryInstructions.class,
          Invept.class,
          Invvpid.class,
          OtherVmxInstructions.class,
          TdxInstructions.class,
          X87Transfer.class,
          X87Arithmetic.class,
          X87Comparison.class,
          X87Transcendental.class,
          X87ControlInstructions.class,
          X87Image.class,
          FxSave.class,
          Xsave.class,
          DirectStores.class,
          UnmodelledGfni.class,
          UnmodelledAvx.class,
          UnmodelledAvxContinued.class,
          UnmodelledAvxLate.class,
          UnmodelledAvx2.class,
          UnmodelledFma.class,
          UnmodelledAvx512.class,
          UnmodelledSystem.class,
          UnmodelledLate.class);

  private Pages() {}

  /** Every page of every class, in the order of the list. */
  public static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    for (Class<?> owner : CLASSES) {
      for (Field field : owner.getDeclaredFields()) {
        if (field.getType() == Page.class) {
          pages.add(page(field));
        }
      }
    }
    return pages;
  }

  private static Page page(Field field) {
    try {
      field.setAccessible(true);
      return (Page) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field.toString(), e);
    }
  }
}
