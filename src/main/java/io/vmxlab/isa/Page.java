package io.vmxlab.isa;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One instruction page of the manual: its rows, and after each group of rows the flags and the
 * method that apply to the group.
 *
 * <pre>
 * page("ADD", Sdm.ADD)
 *     .form("01 /r", "ADD r/m32, r32", LOCK)
 *     .form("03 /r", "ADD r32, r/m32")
 *     .flags("OF SF ZF AF CF PF: by result")
 *     .does(Add.class, "add");
 * </pre>
 */
public final class Page {
  private final String name;
  private final Sdm citation;
  private final List<Row> rows = new ArrayList<>();
  private Feature feature;
  private int groupStart;

  private Page(String name, Sdm citation) {
    this.name = name;
    this.citation = citation;
  }

  public static Page page(String name, Sdm citation) {
    return new Page(name, citation);
  }

  public String name() {
    return name;
  }

  public Sdm citation() {
    return citation;
  }

  public List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** Rows that follow exist only where the processor has the feature; null lifts the condition. */
  public Page needs(Feature required) {
    feature = required;
    return this;
  }

  /**
   * Adds a row.
   *
   * @param encoding in the manual's notation, such as {@code REX.W + 83 /0 ib}
   * @param syntax mnemonic and operands, such as {@code ADD r/m64, imm8}
   */
  public Page form(String encoding, String syntax, FormAttribute... attributes) {
    Set<FormAttribute> set = EnumSet.noneOf(FormAttribute.class);
    set.addAll(List.of(attributes));
    rows.add(new Row(this, encoding, syntax, set, feature, null, null, ""));
    return this;
  }

  /**
   * Says what the rows since the last {@link #does} do to the flags: clauses separated by
   * semicolons, each {@code FLAGS: what}. Flags the manual leaves undefined are {@code undefined}.
   */
  public Page flags(String text) {
    replaceGroup(r -> r.withFlags(text));
    return this;
  }

  /** Names the public static method that does what the rows since the last call of this say. */
  public Page does(Class<?> owner, String method) {
    replaceGroup(r -> r.withMethod(owner.getName(), method));
    groupStart = rows.size();
    return this;
  }

  /** The rows since the last group exist but are not modelled: executing one stops the run. */
  public Page unmodelled() {
    groupStart = rows.size();
    return this;
  }

  private void replaceGroup(UnaryOperator<Row> change) {
    for (int i = groupStart; i < rows.size(); i++) {
      rows.set(i, change.apply(rows.get(i)));
    }
  }

  /**
   * A row as written.
   *
   * @param feature that the processor must have; null if every processor has the row
   * @param owner class of the semantics method; null while unmodelled
   * @param method name of the semantics method; null while unmodelled
   */
  public record Row(
      Page page,
      String encoding,
      String syntax,
      Set<FormAttribute> attributes,
      Feature feature,
      String owner,
      String method,
      String flags) {
    Row withFlags(String text) {
      return new Row(page, encoding, syntax, attributes, feature, owner, method, text);
    }

    Row withMethod(String newOwner, String newMethod) {
      return new Row(page, encoding, syntax, attributes, feature, newOwner, newMethod, flags);
    }
  }
}
