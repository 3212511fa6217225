def tree = new File(basedir, 'target/tree.txt').readLines()
assert tree.size() == 5
assert tree[0].startsWith('com.example:grader:')
assert tree[1] ==~ /\\- io\.vmxlab:vmxlab:jar:[^:]+:compile/
assert tree[2] ==~ /   \+- org\.slf4j:slf4j-api:jar:[^:]+:compile/
assert tree[3] ==~ /   \+- org\.ow2\.asm:asm:jar:[^:]+:compile/
assert tree[4] ==~ /   \\- org\.ow2\.asm:asm-tree:jar:[^:]+:compile/

def log = new File(basedir, 'build.log').text
assert log.contains('#UD: vmxon-cr4-vmxe')
assert log.contains('  mend      set CR4.VMXE (bit 13) before VMXON')
assert log =~ /\n\d+ run: \d+ passed, 0 failed, 0 skipped/
