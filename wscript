# -*- Mode: python; coding: utf-8; -*-
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module inside an ns-3 tree that waf builds (ns-3 <= 3.35): contrib/lvs. The front end of the stand-alone build is
# the file waf; ns-3's own waf does not look at it.

DEPENDENCIES = ['core', 'network', 'stats', 'internet', 'bridge', 'csma', 'point-to-point', 'traffic-control',
                'flow-monitor', 'applications', 'internet-apps', 'mobility']


def configure(conf):
    fmt = conf.check_cxx(lib='fmt', header_name='fmt/core.h', uselib_store='FMT', mandatory=False,
                         msg='Checking for fmt (libfmt-dev)')
    options = conf.check_cxx(lib='boost_program_options', header_name='boost/program_options.hpp',
                             uselib_store='BOOST_PROGRAM_OPTIONS', mandatory=False,
                             msg='Checking for Boost.Program_options (libboost-program-options-dev)')
    pcre2 = conf.check_cxx(lib='pcre2-8', header_name='pcre2.h', defines=['PCRE2_CODE_UNIT_WIDTH=8'], uselib_store='PCRE2',
                           mandatory=False, msg='Checking for PCRE2 (libpcre2-dev)')
    ssl = conf.check_cxx(lib=['ssl', 'crypto'], header_name='openssl/ssl.h', uselib_store='SSL', mandatory=False,
                         msg='Checking for OpenSSL (libssl-dev)')
    missing = [name for name, found in [('libfmt-dev', fmt), ('libboost-program-options-dev', options), ('libpcre2-dev', pcre2),
                                      ('libssl-dev', ssl)] if not found]
    conf.env['ENABLE_LVS'] = not missing
    conf.report_optional_feature('lvs', 'Linux Virtual Server', not missing, 'needs ' + ', '.join(missing))
    if missing:
        conf.env['MODULES_NOT_BUILT'].append('lvs')


def modern(task, root):
    """ns-3 3.35 is C++17; this module is C++20, and its core is included by layer: "host/packet/packet.h"."""
    task.env.append_value('CXXFLAGS', ['-std=c++20'])
    task.env.append_value('INCLUDES', [root.find_dir(d).abspath() for d in ('model', 'scenarios')])


def build(bld):
    if not bld.env['ENABLE_LVS']:
        return

    # The folders of model/'s layers: the second column of the table.
    table = [line.split() for line in bld.path.find_node('cmake/layers.txt').read().splitlines() if line[:1].isalpha()]
    layers = [row[1] for row in table if row[1].startswith('model/')]

    module = bld.create_ns3_module('lvs', DEPENDENCIES)
    module.source = [f.path_from(bld.path) for f in bld.path.ant_glob(
        ['%s/**/*.cc' % folder for folder in layers] +
        ['helper/*.cc'] + ['scenarios/%s/**/*.cc' % room for room in ('common', 'sweep', 'cluster', 'names', 'failover', 'compare', 'tools')])]
    module.use.extend(['FMT', 'BOOST_PROGRAM_OPTIONS', 'PCRE2', 'SSL'])
    modern(module, bld.path)

    # ns-3 makes these "ns3/NAME", in one folder for all modules: adapters and helpers only, and each with our prefix.
    headers = bld(features='ns3header')
    headers.module = 'lvs'
    headers.source = [f.path_from(bld.path) for f in bld.path.ant_glob(['model/ns3/**/lvs-*.h', 'helper/lvs-*.h'])]

    for source in bld.path.ant_glob(['scenarios/lvs-*.cc', 'examples/lvs-*.cc']):
        if source.name == 'lvs-example-wifi.cc':  # speaks to the module wifi of later releases
            continue
        program = bld.create_ns3_program(source.name[:-len('.cc')], ['lvs'] + DEPENDENCIES)
        program.source = source.path_from(bld.path)
        program.use.extend(['FMT', 'BOOST_PROGRAM_OPTIONS', 'PCRE2', 'SSL'])
        modern(program, bld.path)
