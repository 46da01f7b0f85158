#include "engine/observable/text.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/observable/extract.h"

namespace polder {
namespace {

using Set = std::set<std::string>;

Set Names(std::string_view text) {
  Set names;
  FileNamesIn(text, [&](std::string_view name) { names.emplace(name); });
  return names;
}

Set Ports(std::string_view text) {
  Set ports;
  PortsIn(text, [&](std::string_view port) { ports.emplace(port); });
  return ports;
}

TEST(FileNamesIn, TellsTheLastComponentOfEveryPathAndTheWholeValue) {
  const struct {
    std::string text;
    Set names;
  } cases[] = {
      {"evil.exe", {"evil.exe"}},
      {"C:\\Users\\a\\evil.exe", {"evil.exe"}},
      {"\\\\host\\share\\evil.exe", {"evil.exe"}},
      {"/usr/bin\\evil", {"evil"}},
      {"C:\\Program Files\\evil tool.exe", {"Program", "evil tool.exe", "evil"}},
      {"cmd /c C:\\a\\x.exe -o /tmp/y", {"c", "x.exe", "y"}},
      {"http://h.example/a/evil.exe?x=1", {"evil.exe", "evil.exe?x=1"}},
      {"\"C:\\evil.exe\"", {"evil.exe", "evil.exe\""}},
      {"name=evil.exe", {"name=evil.exe"}},
      {"/a/", {}},
      {"", {}},
      {"//", {}},
      {"/ evil", {" evil"}},
      {"/r\xC3\xA9sum\xC3\xA9.doc", {"r\xC3\xA9sum\xC3\xA9.doc"}},
      {"/a\tb", {"a", "a\tb"}},
  };
  for (const auto& c : cases) EXPECT_EQ(Names(c.text), c.names) << c.text;
}

TEST(FileNamesIn, LeavesOutWhatIsTooLongForAnIndicator) {
  const std::string longest(kMaxTextValue, 'a');
  EXPECT_EQ(Names('/' + longest), Set{longest});
  EXPECT_EQ(Names('/' + longest + 'a'), Set{});
}

TEST(PortsIn, TellsNumbersThatStandAlone) {
  EXPECT_EQ(Ports("443"), Set{"443"});
  EXPECT_EQ(Ports("1.2.3.4:443 port 80, 8080."), (Set{"443", "80", "8080"}));
  EXPECT_EQ(Ports("1.443.2 443.5 tcp443 443x 0x50 123456"), Set{});
  EXPECT_EQ(Ports("_443_ .80 0443"), (Set{"443", "80", "0443"}));
}

TEST(Extract, TellsTextsInSmallLettersAndAsTheyStand) {
  Set found;
  ExtractObservables("C:\\EVIL.exe", [&](const Observable& o) {
    found.insert(std::string(KindName(o.kind)) + ' ' + std::string(o.canonical) + ' ' +
                 std::string(o.atomic));
  });
  EXPECT_TRUE(found.contains("text c:\\evil.exe C:\\EVIL.exe"));
  EXPECT_TRUE(found.contains("file_name evil.exe EVIL.exe"));
}

}  // namespace
}  // namespace polder
