package io.vmxlab.vmx.entry;

import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateView;
import io.vmxlab.arch.VmcsField;
import java.util.List;
import java.util.Locale;

/** The fields of one guest segment register. */
record GuestSegment(
    String name, VmcsField selector, VmcsField base, VmcsField limit, VmcsField rights) {
  static final GuestSegment ES = of("ES");
  static final GuestSegment CS = of("CS");
  static final GuestSegment SS = of("SS");
  static final GuestSegment DS = of("DS");
  static final GuestSegment FS = of("FS");
  static final GuestSegment GS = of("GS");
  static final GuestSegment LDTR = of("LDTR");
  static final GuestSegment TR = of("TR");

  static final List<GuestSegment> CODE_AND_DATA = List.of(CS, SS, DS, ES, FS, GS);
  static final List<GuestSegment> DATA = List.of(DS, ES, FS, GS);

  private static final int RPL = 3;

  private static GuestSegment of(String name) {
    return new GuestSegment(
        name,
        VmcsField.valueOf("GUEST_" + name + "_SELECTOR"),
        VmcsField.valueOf("GUEST_" + name + "_BASE"),
        VmcsField.valueOf("GUEST_" + name + "_LIMIT"),
        VmcsField.valueOf("GUEST_" + name + "_ACCESS_RIGHTS"));
  }

  /** Beginning of the ids of its rules. */
  String id() {
    return "guest-" + name.toLowerCase(Locale.ROOT);
  }

  boolean usable(StateView v) {
    return (v.get(rights) & SegmentRights.UNUSABLE) == 0;
  }

  int type(StateView v) {
    return (int) v.get(rights) & SegmentRights.TYPE;
  }

  int dpl(StateView v) {
    return (int) (v.get(rights) >>> SegmentRights.DPL_SHIFT) & RPL;
  }

  int rpl(StateView v) {
    return (int) v.get(selector) & RPL;
  }
}
