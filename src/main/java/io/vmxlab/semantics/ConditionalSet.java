package io.vmxlab.semantics;

import static io.vmxlab.isa.FormAttribute.ALIAS;
import static io.vmxlab.isa.Page.page;

import io.vmxlab.arch.Sdm;
import io.vmxlab.isa.Page;

/** Bytes that tell whether a condition holds. SDM Vol. 1 "Bit and Byte Instructions". */
public final class ConditionalSet {
  // spotless:off
  static final Page SETCC = page("SETcc", Sdm.SETCC)
      .form("0F 90 /r", "SETO r/m8")
      .does(Conditions.class, "overflow")
      .form("0F 91 /r", "SETNO r/m8")
      .does(Conditions.class, "notOverflow")
      .form("0F 92 /r", "SETB r/m8")
      .form("0F 92 /r", "SETC r/m8",   ALIAS)
      .form("0F 92 /r", "SETNAE r/m8", ALIAS)
      .does(Conditions.class, "below")
      .form("0F 93 /r", "SETAE r/m8")
      .form("0F 93 /r", "SETNB r/m8", ALIAS)
      .form("0F 93 /r", "SETNC r/m8", ALIAS)
      .does(Conditions.class, "aboveOrEqual")
      .form("0F 94 /r", "SETE r/m8")
      .form("0F 94 /r", "SETZ r/m8", ALIAS)
      .does(Conditions.class, "equal")
      .form("0F 95 /r", "SETNE r/m8")
      .form("0F 95 /r", "SETNZ r/m8", ALIAS)
      .does(Conditions.class, "notEqual")
      .form("0F 96 /r", "SETBE r/m8")
      .form("0F 96 /r", "SETNA r/m8", ALIAS)
      .does(Conditions.class, "belowOrEqual")
      .form("0F 97 /r", "SETA r/m8")
      .form("0F 97 /r", "SETNBE r/m8", ALIAS)
      .does(Conditions.class, "above")
      .form("0F 98 /r", "SETS r/m8")
      .does(Conditions.class, "sign")
      .form("0F 99 /r", "SETNS r/m8")
      .does(Conditions.class, "notSign")
      .form("0F 9A /r", "SETP r/m8")
      .form("0F 9A /r", "SETPE r/m8", ALIAS)
      .does(Conditions.class, "parity")
      .form("0F 9B /r", "SETNP r/m8")
      .form("0F 9B /r", "SETPO r/m8", ALIAS)
      .does(Conditions.class, "notParity")
      .form("0F 9C /r", "SETL r/m8")
      .form("0F 9C /r", "SETNGE r/m8", ALIAS)
      .does(Conditions.class, "less")
      .form("0F 9D /r", "SETGE r/m8")
      .form("0F 9D /r", "SETNL r/m8", ALIAS)
      .does(Conditions.class, "greaterOrEqual")
      .form("0F 9E /r", "SETLE r/m8")
      .form("0F 9E /r", "SETNG r/m8", ALIAS)
      .does(Conditions.class, "lessOrEqual")
      .form("0F 9F /r", "SETG r/m8")
      .form("0F 9F /r", "SETNLE r/m8", ALIAS)
      .does(Conditions.class, "greater");
  // spotless:on

  private ConditionalSet() {}
}
