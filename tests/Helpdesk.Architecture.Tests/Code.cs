using System.Reflection;
using System.Reflection.Emit;

namespace Helpdesk.Architecture.Tests;

/// <summary>What a method does, as far as walls look at it: the texts it loads, the objects it makes, the methods it calls.</summary>
internal sealed record MethodFacts(MethodBase Method, IReadOnlyList<string> Texts, IReadOnlyList<Type> Made, IReadOnlyList<MethodBase> Called);

/// <summary>Reads the code of assemblies.</summary>
internal static class Code
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The facts of every method of the assembly, nested and generated ones included.</summary>
    public static IEnumerable<MethodFacts> In(Assembly assembly) => assembly.GetTypes().SelectMany(In);

    /// <summary>The facts of a type's own methods and of what the compiler made of them, such as their state machines.</summary>
    public static IEnumerable<MethodFacts> Of(Type type) => In(type).Concat(type.GetNestedTypes(All).SelectMany(Of));

    private static IEnumerable<MethodFacts> In(Type type) =>
        from method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
        let body = method.GetMethodBody()
        where body is not null
        select Read(method, body.GetILAsByteArray()!);

    private static MethodFacts Read(MethodBase method, byte[] code)
    {
        var (texts, made, called) = (new List<string>(), new List<Type>(), new List<MethodBase>());
        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            short value = code[at++];
            if (value == 0xfe)
                value = (short)(0xfe00 | code[at++]);
            var operation = OpCodes[value];
            if (operation.OperandType is OperandType.InlineString)
            {
                texts.Add(method.Module.ResolveString(BitConverter.ToInt32(code, at)));
            }
            else if (operation.OperandType is OperandType.InlineMethod)
            {
                var target = method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
                called.Add(target);
                if (operation == System.Reflection.Emit.OpCodes.Newobj)
                    made.Add(target.DeclaringType!);
            }

            at += operation.OperandType is OperandType.InlineSwitch ? 4 + 4 * BitConverter.ToInt32(code, at) : Size(operation.OperandType);
        }

        return new(method, texts, made, called);
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
