package io.amphora.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The program that holds a Pod's namespaces open: it sleeps, reaps orphans that end (in a Pod with one PID
/// namespace
/// it is their
/// init), and ends on TERM or INT. A static ELF of under 300 bytes, assembled here, because no image can be
/// assumed to
/// be there
/// to pull. In C:
///
/// ```c
/// sigset_t all = ~0;
/// rt_sigprocmask(SIG_BLOCK, &all, 0, 8);       // a blocked signal waits for us, also in an init
/// for (;;) {
///     int sig = rt_sigtimedwait(&all, 0, 0, 8);
///     if (sig == SIGINT || sig == SIGTERM) exit_group(0);
///     while (wait4(-1, 0, WNOHANG, 0) > 0);
/// }
/// ```
final class PauseProgram {
    private static final long BASE = 0x400000;
    private static final int HEADERS = 64 + 56;

    private PauseProgram() {}

    /// @param architecture `amd64` or `arm64`
    static byte[] elf(String architecture) {
        return switch (architecture) {
            case "amd64" -> elf(62, amd64());
            case "arm64" -> elf(183, arm64());
            default -> throw new IllegalArgumentException("no pause program for " + architecture);
        };
    }

    /// An ELF64 header, one program header that maps the whole file readable and executable, and the code.
    private static byte[] elf(int machine, byte[] code) {
        int size = HEADERS + code.length;
        var file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bits, little-endian, version 1
        file.putShort((short) 2).putShort((short) machine).putInt(1); // executable
        file.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0); // entry; program headers at 64; no sections
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1); // sizes of the headers, one program header
        file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(5).putLong(0); // PT_LOAD, R+X, from the file's begin
        file.putLong(BASE).putLong(BASE).putLong(size).putLong(size).putLong(0x10000);
        file.put(code);
        return file.array();
    }

    /// System calls: number in rax, arguments in rdi, rsi, rdx, r10; rcx and r11 are lost.
    private static byte[] amd64() {
        int mask = 83; // where the signal set lies, behind the code
        var code = new Bytes();
        code.hex("488d35").relative(mask); //        lea  rsi, [mask]
        code.hex("31ff"); //                         xor  edi, edi           SIG_BLOCK
        code.hex("31d2"); //                         xor  edx, edx
        code.hex("6a08415a"); //                     push 8; pop r10
        code.hex("6a0e58"); //                       push 14; pop rax        rt_sigprocmask
        code.hex("0f05"); //                         syscall
        int wait = code.size();
        code.hex("488d3d").relative(mask); //        lea  rdi, [mask]
        code.hex("31f6"); //                         xor  esi, esi
        code.hex("31d2"); //                         xor  edx, edx
        code.hex("6a08415a"); //                     push 8; pop r10
        code.hex("b880000000"); //                   mov  eax, 128           rt_sigtimedwait
        code.hex("0f05"); //                         syscall
        code.hex("83f802"); //                       cmp  eax, 2             SIGINT
        code.hex("74").shortJump(74); //             je   quit
        code.hex("83f80f"); //                       cmp  eax, 15            SIGTERM
        code.hex("74").shortJump(74); //             je   quit
        int reap = code.size();
        code.hex("83cfff"); //                       or   edi, -1
        code.hex("31f6"); //                         xor  esi, esi
        code.hex("6a015a"); //                       push 1; pop rdx         WNOHANG
        code.hex("4531d2"); //                       xor  r10d, r10d
        code.hex("6a3d58"); //                       push 61; pop rax        wait4
        code.hex("0f05"); //                         syscall
        code.hex("85c0"); //                         test eax, eax
        code.hex("7f").shortJump(reap); //           jg   reap
        code.hex("eb").shortJump(wait); //           jmp  wait
        code.at(74).hex("31ff"); // quit:            xor  edi, edi
        code.hex("b8e7000000"); //                   mov  eax, 231           exit_group
        code.hex("0f05"); //                         syscall
        code.at(mask).hex("ffffffffffffffff");
        return code.toByteArray();
    }

    /// System calls: number in x8, arguments in x0 to x3. Every instruction has 4 bytes.
    private static byte[] arm64() {
        int quit = 25;
        int mask = 28; // counted in instructions
        var code = new Instructions();
        code.move(0, 0).address(1, mask).move(2, 0).move(3, 8).call(135); // rt_sigprocmask(SIG_BLOCK, mask, 0, 8)
        int wait = code.count();
        code.address(0, mask).move(1, 0).move(2, 0).move(3, 8).call(137); // rt_sigtimedwait(mask, 0, 0, 8)
        code.compare(0, 2).branchIf(0, quit); //                             SIGINT: b.eq quit
        code.compare(0, 15).branchIf(0, quit); //                            SIGTERM: b.eq quit
        int reap = code.count();
        code.minusOne(0).move(1, 0).move(2, 1).move(3, 0).call(260); //      wait4(-1, 0, WNOHANG, 0)
        code.compare(0, 0).branchIf(12, reap); //                            b.gt reap
        code.branch(wait);
        code.at(quit).move(0, 0).call(94); // quit:                          exit_group(0)
        return code.at(mask).mask().toByteArray();
    }

    private static final class Bytes {
        private final ByteArrayOutputStream code = new ByteArrayOutputStream();

        int size() {
            return code.size();
        }

        Bytes hex(String digits) {
            code.writeBytes(java.util.HexFormat.of().parseHex(digits));
            return this;
        }

        /// Four bytes: the way from the next instruction to `target`.
        Bytes relative(int target) {
            int way = target - (code.size() + 4);
            code.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(way)
                    .array());
            return this;
        }

        /// One byte: the way from the next instruction to `target`.
        Bytes shortJump(int target) {
            code.write(target - (code.size() + 1));
            return this;
        }

        /// Says where the code must have got to, so that a label is not wrong unnoticed.
        Bytes at(int offset) {
            if (code.size() != offset) throw new IllegalStateException("at " + code.size() + ", not " + offset);
            return this;
        }

        byte[] toByteArray() {
            return code.toByteArray();
        }
    }

    private static final class Instructions {
        private final ByteBuffer code = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

        int count() {
            return code.position() / 4;
        }

        Instructions move(int register, int value) {
            code.putInt(0xD2800000 | value << 5 | register);
            return this;
        }

        Instructions minusOne(int register) {
            code.putInt(0x92800000 | register);
            return this;
        }

        /// ADR: the way in bytes, its two lowest bits (always 0 here) apart from the others.
        Instructions address(int register, int target) {
            code.putInt(0x10000000 | (target - count() & 0x7FFFF) << 5 | register);
            return this;
        }

        /// CMP of the 32-bit register.
        Instructions compare(int register, int value) {
            code.putInt(0x7100001F | value << 10 | register << 5);
            return this;
        }

        Instructions branchIf(int condition, int target) {
            code.putInt(0x54000000 | (target - count() & 0x7FFFF) << 5 | condition);
            return this;
        }

        Instructions branch(int target) {
            code.putInt(0x14000000 | target - count() & 0x3FFFFFF);
            return this;
        }

        Instructions call(int number) {
            move(8, number);
            code.putInt(0xD4000001);
            return this;
        }

        Instructions at(int instruction) {
            if (count() != instruction) throw new IllegalStateException("at " + count() + ", not " + instruction);
            return this;
        }

        Instructions mask() {
            code.putLong(-1);
            return this;
        }

        byte[] toByteArray() {
            var bytes = new byte[code.position()];
            code.flip().get(bytes);
            return bytes;
        }
    }
}
