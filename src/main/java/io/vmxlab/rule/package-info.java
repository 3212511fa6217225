/**
 * An architectural check as a value. Begin with {@link io.vmxlab.rule.Rule}, one requirement with
 * its id, citation and mend; a {@link io.vmxlab.rule.RuleSet} is the manual's list of them with the
 * outcome of a violation, a {@link io.vmxlab.rule.Checklist} the lists that one instruction goes
 * through. {@link io.vmxlab.rule.RuleDraft} is how they are written down.
 */
package io.vmxlab.rule;
