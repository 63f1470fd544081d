using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace MxGateway.Typed.Fuzz.Messages;

/// <summary>Small, whole messages of a type: one for each choice that the contract gives anywhere in it, with every other field set.</summary>
internal static class ExampleMessages
{
    private const int MaxDepth = 3;

    /// <summary>One message for each member of each oneof of the type and of the messages in it.</summary>
    public static IEnumerable<IMessage> All(MessageDescriptor type) => All(type, 0);

    private static IEnumerable<IMessage> All(MessageDescriptor type, int depth)
    {
        yield return Make(type, depth);
        if (depth >= MaxDepth)
            yield break;

        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder())
        {
            IEnumerable<object> choices = field.FieldType == FieldType.Message && !IsWrapper(field) ? All(field.MessageType, depth + 1)
                : field.RealContainingOneof is not null ? [Value(field, depth)]
                : [];
            foreach (object choice in choices)
            {
                IMessage message = Make(type, depth);
                Set(message, field, choice);
                yield return message;
            }
        }
    }

    private static IMessage Make(MessageDescriptor type, int depth)
    {
        IMessage message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder())
            if (field.RealContainingOneof is null && (depth < MaxDepth || field.FieldType != FieldType.Message))
                Set(message, field, Value(field, depth));
        return message;
    }

    private static void Set(IMessage message, FieldDescriptor field, object value)
    {
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, value);
            return;
        }

        var list = (IList)field.Accessor.GetValue(message);
        list.Clear();
        list.Add(value);
    }

    private static bool IsWrapper(FieldDescriptor field) => field.MessageType.FullName == Int32Value.Descriptor.FullName;

    private static object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Bool => true,
        FieldType.Int32 => 300,
        FieldType.UInt32 => 70_000u,
        FieldType.Int64 => -1L,
        FieldType.UInt64 => 5_000_000_000UL,
        FieldType.Float => 1.5f,
        FieldType.Double => -2.25,
        FieldType.String => "Größe",
        FieldType.Bytes => ByteString.CopyFrom(0, 255),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[^1].Number),
        FieldType.Message when IsWrapper(field) => 7,
        FieldType.Message => Make(field.MessageType, depth + 1),
        _ => throw new NotSupportedException($"the contract has a field of type {field.FieldType}, {field.FullName}, which the examples do not have yet"),
    };
}
