package dev.holdpoint.failpoint;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.reflect.AccessFlag;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Marks the entry and the normal return of every {@link Seam}. */
final class Weaver implements ClassFileTransformer {

    private static final ClassDesc FAILPOINTS = ClassDesc.of(Failpoints.class.getName());
    private static final MethodTypeDesc ENTER =
            MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String, ConstantDescs.CD_Object.arrayType());
    private static final MethodTypeDesc LEAVE = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> before,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (loader == null || !name.startsWith("dev/holdpoint/")) {
            return null;
        }
        try {
            return woven(loader, bytes);
        } catch (RuntimeException | Error e) {
            // The JVM would go on in silence, and the test with it.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
            throw e;
        }
    }

    private static byte @Nullable [] woven(ClassLoader loader, byte[] bytes) {
        ClassHierarchyResolver types = ClassHierarchyResolver.ofResourceParsing(loader)
                .orElse(ClassHierarchyResolver.defaultResolver())
                .cached();
        ClassFile classFile = ClassFile.of(ClassHierarchyResolverOption.of(types));
        ClassModel model = classFile.parse(bytes);
        Optional<Seam> found = seam(model);
        if (found.isEmpty()) {
            return null;
        }
        Seam seam = found.get();
        return classFile.transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method && isStep(seam, method)) {
                builder.transformMethod(method, MethodTransform.transformingCode(new Marks(seam, method)));
            } else {
                builder.with(element);
            }
        });
    }

    private static Optional<Seam> seam(ClassModel model) {
        return Arrays.stream(Seam.values())
                .filter(seam -> model.interfaces().stream()
                        .anyMatch(i -> i.asInternalName().equals(seam.port.replace('.', '/'))))
                .findFirst();
    }

    private static boolean isStep(Seam seam, MethodModel method) {
        return method.methodName().equalsString(seam.method)
                && method.code().isPresent()
                && !method.flags().has(AccessFlag.STATIC)
                && !method.flags().has(AccessFlag.SYNTHETIC);
    }

    /** The marks of one method. */
    private static final class Marks implements CodeTransform {

        private final Seam seam;
        private final MethodModel method;
        private int point;

        Marks(Seam seam, MethodModel method) {
            this.seam = seam;
            this.method = method;
        }

        @Override
        public void atStart(CodeBuilder code) {
            MethodTypeDesc type = method.methodTypeSymbol();
            point = code.allocateLocal(TypeKind.REFERENCE);
            code.loadConstant(seam.name());
            code.loadConstant(type.parameterCount()).anewarray(ConstantDescs.CD_Object);
            for (int i = 0; i < type.parameterCount(); i++) {
                code.dup().loadConstant(i);
                box(code, type.parameterType(i), code.parameterSlot(i));
                code.aastore();
            }
            code.invokestatic(FAILPOINTS, "enter", ENTER).astore(point);
        }

        private static void box(CodeBuilder code, ClassDesc type, int slot) {
            TypeKind kind = TypeKind.from(type);
            switch (kind) {
                case REFERENCE -> code.aload(slot);
                // What counts is in lists and objects.
                case BOOLEAN, BYTE, CHAR, SHORT, INT, LONG, FLOAT, DOUBLE, VOID -> code.aconst_null();
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof ReturnInstruction) {
                code.aload(point).invokestatic(FAILPOINTS, "leave", LEAVE);
            }
            code.with(element);
        }
    }
}
